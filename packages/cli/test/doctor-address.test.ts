import { describe, expect, it } from "vitest";
import type { Finding } from "../src/doctor/finding.js";
import { type Rig, rig } from "./support/rig.js";

/** What doctor says of the address that is seen. */
async function address(at: Rig, seen?: unknown): Promise<readonly Finding[]> {
  const asked = async (url: string, init: RequestInit) =>
    seen !== undefined && url.endsWith("/_sandbox/address") ? Response.json(seen) : fetch(url, init);
  const { stdout } = await at.kunji(["doctor", "zebu", "--json"], { fetch: asked });
  return (JSON.parse(stdout) as { findings: Finding[] }).findings.filter(({ check }) => check === "address");
}

describe("doctor on the address that a broker sees", () => {
  it("names the one that the sandbox sees, and how to see it from outside where it runs here", async () => {
    const [own] = await address(await rig());
    expect(own).toMatchObject({
      level: "ok",
      says: expect.stringContaining("sees this machine as 127.0.0.1, since"),
    });
    expect(own?.says).toContain("beyond your router or proxy");
    const [far] = await address(await rig(), { address: "203.0.113.7", port: 40_000 });
    expect(far?.says).toContain("sees this machine as 203.0.113.7: a broker");
    expect(far?.says).not.toContain("beyond");
    const [six] = await address(await rig(), { address: "::1", port: 40_000 });
    expect(six?.says).toContain("beyond");
  });

  it("prints it for a person as well", async () => {
    const at = await rig();
    expect((await at.kunji(["doctor", "zebu"])).stdout).toMatch(
      /^ok {4}The sandbox sees this machine as 127\.0\.0\.1/m,
    );
  });

  it("says nothing where the sandbox does not tell, and asks nobody outside of it", async () => {
    expect(await address(await rig(), { error: "not_found" })).toEqual([]);
    expect(await address(await rig(), "no object")).toEqual([]);
    const at = await rig();
    const asked: string[] = [];
    const answering = async (url: string) => {
      asked.push(url);
      return new Response("");
    };
    await at.kunji(["doctor", "zebu", "--env", "live"], { fetch: answering });
    expect(asked.join()).not.toContain("_sandbox");
  });
});
