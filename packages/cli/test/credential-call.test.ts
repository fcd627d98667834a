import { describe, expect, it } from "vitest";
import { rig } from "./support/rig.js";

describe("a call to a login, token or logout endpoint", () => {
  it.each([
    ["zebu", "POST", "/NorenWClientAPI/GenAcsTok", "/NorenWClientAPI/GetQuotes"],
    ["autoshares", "POST", "/v1.0/token", "/v1.0/users/@me/info"],
    ["rmoney", "GET", "/anything/password", "/anything/other"],
  ])("of %s (%s %s) is refused, and nothing is sent", async (broker, method, path, other) => {
    const at = await rig();
    const login =
      broker === "autoshares"
        ? ["--user", "demo.trader", "--password-stdin"]
        : (["--no-browser"] as readonly string[]);
    expect(await at.kunji(["login", broker, ...login], { stdin: "Cedar-Harbor-42" })).toMatchObject({
      exit: 0,
    });
    const received = async () => (await at.ledger(broker as "zebu")).length;
    const before = await received();
    const header = ["-H", "x-password: hunter2"];
    const refused = await at.kunji(["call", broker, method, path, ...header]);
    expect(refused).toMatchObject({ exit: 2, stdout: "" });
    expect(refused.stderr).toContain(`kunji login ${broker}`);
    expect(refused.stderr).not.toContain("hunter2");
    expect(await received()).toBe(before);
    await at.kunji(["call", broker, method, other, ...header]);
    expect(await received()).toBe(before + 1);
  });

  it("is why the help can say that --json holds no secret of a session or an app", async () => {
    const { kunji } = await rig();
    const { stdout } = await kunji(["--help"]);
    expect(stdout).toContain("no secret of a session or an app");
    expect((await kunji(["help", "sandbox"])).stdout).toContain("test users");
  });
});
