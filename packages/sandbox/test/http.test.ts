import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { json } from "../src/broker.js";
import { brokers } from "../src/brokers/index.js";
import { rig } from "./support/rig.js";

const quotes = "/zebu/NorenWClientAPI/GetQuotes";

/** Writes bytes to the port and reads what comes until the other side closes. */
const wire = (port: number, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let got = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(text));
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      got += chunk;
    });
    socket.on("end", () => resolve(got));
    socket.on("error", reject);
  });

describe("routing", () => {
  it("takes a path with and without its trailing slash, in its own case of letters only", async () => {
    const { send } = await rig();
    expect((await send("POST", quotes, {})).status).toBe(200);
    expect((await send("POST", `${quotes}/`, {})).status).toBe(200);
    const other = await send("POST", quotes.toLowerCase().replace("/zebu", "/zebu"), {});
    expect(other.status).toBe(404);
    expect(await other.json()).toMatchObject({ error: "not_found" });
  });

  it("answers 405 with what the path takes", async () => {
    const { send } = await rig();
    const quote = await send("DELETE", quotes);
    expect([quote.status, quote.headers.get("allow")]).toEqual([405, "POST"]);
    const login = await send("PUT", "/zebu/OAuthlogin/authorize/oauth");
    expect([login.status, login.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
  });

  it("answers HEAD as GET without the body", async () => {
    const { send } = await rig();
    const page = await send("HEAD", "/zebu/OAuthlogin/authorize/oauth?client_id=ABC");
    expect([page.status, await page.text()]).toEqual([200, ""]);
    const profile = await send("HEAD", "/ventura/user/v1/profile");
    expect([profile.status, await profile.text()]).toEqual([401, ""]);
  });

  it("leads from / to what there is", async () => {
    const { send } = await rig();
    const root = await send("GET", "/");
    expect([root.status, root.headers.get("location")]).toEqual([302, "/_sandbox/"]);
    const home = await (await send("GET", "/_sandbox/")).text();
    for (const { name } of brokers) expect(home).toContain(name);
    expect((await send("GET", "/nowhere")).status).toBe(404);
  });
});

describe("bodies", () => {
  it("of 1 MiB are taken, one byte more is refused", async () => {
    const { send } = await rig();
    const fits = JSON.stringify({ uid: "x".repeat(1_048_576 - 10) });
    expect(fits).toHaveLength(1_048_576);
    expect((await send("POST", quotes, fits)).status).toBe(200);
    const refused = await send("POST", quotes, `${fits} `);
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ error: "too_large" });
  });

  it("that come in pieces, without a length, have the same limit", async () => {
    const { origin } = await rig();
    const inPieces = (bytes: number) => {
      const body = new Blob(['{"uid":"', "x".repeat(bytes - 10), '"}']).stream();
      return fetch(origin + quotes, { method: "POST", body, duplex: "half" } as RequestInit);
    };
    expect((await inPieces(1_048_576)).status).toBe(200);
    expect((await inPieces(1_048_577)).status).toBe(413);
  });

  it("that are empty are taken under any content type", async () => {
    const { send } = await rig();
    for (const type of ["application/json", "text/xml", "multipart/form-data; boundary=x"]) {
      const headers = { "content-type": type };
      expect((await send("POST", "/_sandbox/zebu/sessions/end", "", headers)).status).toBe(200);
      expect((await send("POST", "/autoshares/api/token", "", headers)).status).toBe(403);
    }
  });
});

describe("odd input", () => {
  it.each([
    "/zebu/%",
    "/zebu/%E0%A4%A",
    "/zebu/OAuthlogin/authorize/oauth?client_id=%",
    "/zebu/OAuthlogin/authorize/oauth?__proto__=1&constructor=2",
    "/nuvama/edelmw-eq/eq/limits/rmssublimits/%00%",
    "/zebu/portal/apps/%2e%2e",
    "/_sandbox/ledger?broker=%00&after=1",
    "//",
  ])("never crashes it: GET %s", async (path) => {
    const { port, send, complaints } = await rig();
    const answer = await wire(port, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 [234]\d\d /);
    expect(complaints).toEqual([]);
    expect((await send("GET", "/_sandbox/clock")).status).toBe(200);
  });

  it.each([
    '{"__proto__":{"uid":"x"},"uid":"\\u0000"}',
    "[".repeat(50_000),
    '{"uid":{"toString":1}}',
    "jData=%7B%",
    "\u0000",
  ])("never crashes it: body %#", async (body) => {
    const { complaints, send } = await rig();
    for (const path of [
      quotes,
      "/zebu/NorenWClientAPI/GenAcsTok",
      "/_sandbox/clock",
      "/_sandbox/faults",
      "/_sandbox/zebu/login",
      "/zebu/portal/apps",
      "/zebu/OAuthlogin/authorize/oauth",
    ]) {
      expect((await send("POST", path, body)).status).toBeLessThan(500);
    }
    expect(complaints).toEqual([]);
  });

  it("in a handler that throws gives a plain 500, and a complaint without the input", async () => {
    const [zebu] = brokers.filter(({ id }) => id === "zebu");
    const broken = {
      ...zebu!,
      routes: [
        {
          method: "POST" as const,
          path: "/broken",
          handle: ({ body }: { body: string }) => {
            if (body === "fine") return json({});
            throw new TypeError(`can't read ${body}`);
          },
        },
      ],
    };
    const { complaints, send } = await rig({ brokers: [broken] });
    expect((await send("POST", "/zebu/broken", "fine")).status).toBe(200);
    const answer = await send("POST", "/zebu/broken", "SECRET");
    expect([answer.status, await answer.text()]).toEqual([500, "The sandbox failed at this call."]);
    expect(complaints).toEqual(["POST failed: TypeError"]);
  });
});
