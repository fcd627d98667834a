import { describe, expect, it } from "vitest";
import { claimedTests, judge } from "../conformance-judge.mjs";

const claims = [
  { id: "V-01", side: "S" },
  { id: "V-02", side: "SC" },
];

function report(...tests) {
  return {
    testResults: tests.map(([name, title, status = "passed"]) => ({
      name: `/clone/${name}`,
      assertionResults: [{ title, status }],
    })),
  };
}

const server = ["packages/sandbox/test/a.test.ts", "V-01 an app is registered"];
const serverToo = ["packages/sandbox/test/b.test.ts", "V-02 the login URL is served"];
const client = ["packages/sdk/test/c.test.ts", "V-02 the login URL is made"];
const verdict = (...tests) => judge(claims, claimedTests(report(...tests)));

describe("judging the claims", () => {
  it("lets every row hold that has a passed test on each of its sides", () => {
    const { rows, strays, held } = verdict(server, serverToo, client);
    expect(rows.map((row) => row.result)).toEqual(["holds", "holds"]);
    expect(rows[1].counts).toEqual({ S: 1, C: 1 });
    expect(strays).toEqual([]);
    expect(held).toBe(2);
  });

  it("takes the CLI's tests for the client's side", () => {
    expect(verdict(server, serverToo, ["packages/cli/test/d.test.ts", "V-02 by hand"]).held).toBe(2);
  });

  it("names the side of a row that has no test", () => {
    expect(verdict(server, serverToo).rows[1].result).toBe("no test on side C");
    expect(verdict(serverToo, client).rows[0].result).toBe("no test on side S");
  });

  it("does not count a test of the other side", () => {
    const elsewhere = ["packages/sdk/test/c.test.ts", "V-01 an app is registered"];
    expect(verdict(elsewhere, serverToo, client).held).toBe(1);
  });

  it("fails a row when any of its tests failed, and names that test", () => {
    const failed = ["packages/sdk/test/e.test.ts", "V-02 the state is kept", "failed"];
    const { rows, held } = verdict(server, serverToo, client, failed);
    expect(rows[1]).toMatchObject({ result: "1 failed", holds: false, broken: ["V-02 the state is kept"] });
    expect(held).toBe(1);
  });

  it("fails a row when one of its tests was left out", () => {
    const skipped = ["packages/sdk/test/e.test.ts", "V-02 the state is kept", "skipped"];
    expect(verdict(server, serverToo, client, skipped).held).toBe(1);
  });

  it("reports a test whose claim does not exist", () => {
    const stray = ["packages/sdk/test/f.test.ts", "V-99 a slip of the pen"];
    expect(verdict(server, serverToo, client, stray).strays).toMatchObject([{ id: "V-99" }]);
  });

  it("reports a claim's test that lies where no side is", () => {
    const stray = ["packages/other/test/f.test.ts", "V-01 an app is registered"];
    expect(verdict(server, serverToo, client, stray).strays).toHaveLength(1);
  });

  it("takes no ID from the middle of a title, or from a longer word", () => {
    const others = [
      ["packages/sdk/test/f.test.ts", "reads V-77 in a sentence"],
      ["packages/sdk/test/f.test.ts", "V-77b is no claim"],
      ["packages/sdk/test/f.test.ts", "UTF-8 is decoded"],
    ];
    expect(claimedTests(report(...others))).toEqual([]);
  });
});
