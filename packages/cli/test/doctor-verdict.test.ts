import { describe, expect, it } from "vitest";
import { rig } from "./support/rig.js";

const secret = "Vn4sQ8zLr2TgYw6KcB1mXh9DpJ5eUa3F";
const answering = { fetch: async () => new Response("") };

async function told(clientId: string) {
  const at = await rig();
  const redirectUri = `http://127.0.0.1:${at.port}/callback/zebu`;
  const stdin = JSON.stringify({ clientId, secret: "hidden-text", redirectUri });
  await at.kunji(["app", "set", "zebu", "--env", "live", "--stdin-json"], { stdin });
  const doctor = ["doctor", "zebu", "--env", "live"];
  const { stdout: json } = await at.kunji([...doctor, "--json"], answering);
  return { ...(await at.kunji(doctor, answering)), json: JSON.parse(json) as unknown };
}

describe("doctor's verdict outside the sandbox", () => {
  it("is not that nothing stands in the way while a warning on the keys is open", async () => {
    const doubtful = await told(secret);
    expect(doubtful.stdout).toContain("looks like a secret");
    expect(doubtful.stdout).not.toContain("Nothing stands in the way");
    expect(doubtful.stdout).toContain("1 to look at");
    expect(doubtful.exit).toBe(6);
    expect(doubtful.json).toMatchObject({ ok: false });
    const clear = await told("MINE");
    expect(clear.stdout).toContain("Nothing stands in the way");
    expect(clear.exit).toBe(0);
    expect(clear.json).toMatchObject({ ok: true });
  });

  it("claims no more of the keys than can be seen", async () => {
    const { stdout } = await told("MINE");
    expect(stdout).toContain("every key is there; whether each is in its field can't be seen from here.");
    expect(stdout).not.toContain("looks right");
    const at = await rig();
    expect((await at.kunji(["doctor", "zebu"])).stdout).toContain("looks right");
  });
});
