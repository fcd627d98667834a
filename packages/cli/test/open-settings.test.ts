import { describe, expect, it } from "vitest";
import { presetOf } from "./support/people.js";
import { answers, rig } from "./support/rig.js";

const cases = [
  ["nuvama", "iv", "key-start", "key-middle", "zero, key-start, key-end, prefix"],
  ["autoshares", "lifetimeMs", 3_600_000, 0, "a positive number"],
  ["autoshares", "lifetimeMs", 3_600_000, "3600000", "a positive number"],
  ["zebu", "dailyLogout", "07:00", "25:00", "HH:mm"],
  ["zebu", "dailyLogout", false, true, "HH:mm"],
] as const;

describe("what a broker's pages leave open", () => {
  it.each(cases)("%s's %s can be %j, not %j", async (broker, name, right, wrong, possible) => {
    const at = await rig();
    const { app } = await presetOf(at, broker);
    const set = ["app", "set", broker, "--env", "live", "--stdin-json"];
    const refused = await at.kunji(set, { stdin: JSON.stringify({ ...app, [name]: wrong }) });
    expect(refused).toMatchObject({ exit: 2, stdout: "" });
    expect(refused.stderr).toContain(name);
    expect(refused.stderr).toContain(possible);
    expect(await at.kunji(set, { stdin: JSON.stringify({ ...app, [name]: right }) })).toMatchObject({
      exit: 0,
    });
    const shown = await at.kunji(["app", "show", broker, "--env", "live", "--json"]);
    expect(JSON.parse(shown.stdout)).toMatchObject({ settings: { [name]: right } });
  });

  it("reaches the broker's client: a session ends by the lifetime that was set", async () => {
    const at = await rig();
    const { app } = await presetOf(at, "autoshares");
    const ends = async (more: object) => {
      const stdin = JSON.stringify({ ...app, ...more });
      await at.kunji(["app", "set", "autoshares", "--env", "sandbox", "--stdin-json"], { stdin });
      await at.kunji(["login", "autoshares", "--user", "demo.trader", "--password-stdin"], {
        stdin: "Cedar-Harbor-42",
      });
      const { stdout } = await at.kunji(["status", "autoshares", "--json"]);
      return (JSON.parse(stdout) as { seconds_left: number }[])[0]?.seconds_left;
    };
    expect(await ends({})).toBe(86_400);
    expect(await ends({ lifetimeMs: 3_600_000 })).toBe(3600);
  });

  it("is asked for with --all only, shows what it is by default, and is kept where it isn't asked for", async () => {
    const { kunji } = await rig();
    const keys = ["MINE", "hidden-text", "http://127.0.0.1:4702/callback/zebu"];
    const set = ["app", "set", "zebu", "--env", "live"];
    const settings = async () => {
      const { stdout } = await kunji(["app", "show", "zebu", "--env", "live", "--json"]);
      return (JSON.parse(stdout) as { settings: unknown }).settings;
    };
    const few = answers(...keys);
    expect(await kunji(set, { ask: few.ask })).toMatchObject({ exit: 0 });
    expect(few.asked).toHaveLength(3);
    expect(await settings()).toEqual({ dailyLogout: false });
    expect((await kunji(["app", "show", "zebu", "--env", "live"])).stdout).toMatch(
      /daily logout +none \(by default\)/,
    );
    const wrong = answers(...keys, "noon");
    expect(await kunji([...set, "--all"], { ask: wrong.ask })).toMatchObject({ exit: 2 });
    const all = answers(...keys, "07:00");
    expect(await kunji([...set, "--all"], { ask: all.ask })).toMatchObject({ exit: 0 });
    expect(all.asked).toHaveLength(4);
    expect(await settings()).toEqual({ dailyLogout: "07:00" });
    expect(await kunji(set, { ask: answers(...keys).ask })).toMatchObject({ exit: 0 });
    expect(await settings()).toEqual({ dailyLogout: "07:00" });
  });
});
