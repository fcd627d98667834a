import { expect, it } from "vitest";
import { presetOf } from "./support/people.js";
import { freePort, rig } from "./support/rig.js";

it("a login whose redirect URL isn't the registered one leads to doctor, not to another login", async () => {
  const at = await rig();
  const { app } = await presetOf(at, "zebu");
  const set = (changed: object) =>
    at.kunji(["app", "set", "zebu", "--env", "sandbox", "--stdin-json"], {
      stdin: JSON.stringify({ ...app, ...changed }),
    });
  await set({ redirect_url: `http://127.0.0.1:${await freePort()}/callback/zebu` });
  const refused = await at.kunji(["login", "zebu", "--no-browser"]);
  expect(refused.exit).toBe(4);
  expect(refused.stderr).toContain("kunji doctor zebu");
  expect(refused.stderr).not.toContain("kunji login");
  await set({});
  expect(await at.kunji(["login", "zebu", "--no-browser"])).toMatchObject({ exit: 0 });
});
