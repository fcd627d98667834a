import { brokers } from "kunji";
import { describe, expect, it } from "vitest";
import { brokerIds } from "../src/place.js";
import { rig } from "./support/rig.js";

describe.each(brokerIds)("%s in the sandbox", (broker) => {
  const { method, path, body } = brokers[broker].traits.firstCall;
  const call = ["call", broker, method, path, ...(body === undefined ? [] : ["-d", body])];

  it("goes from a login without a browser over status and the first call to the logout", async () => {
    const { kunji } = await rig();
    const login = await kunji(["login", broker, "--no-browser"]);
    expect(login).toMatchObject({ exit: 0, stderr: "" });
    expect(login.stdout).toMatch(/^Logged in at .* \(sandbox\) as \S+\.\n(?:Ends|End unknown)/);
    expect(login.stdout).toContain(`kunji call ${broker} ${method} `);

    const status = await kunji(["status", broker, "--json"]);
    expect(status.exit).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject([{ broker, env: "sandbox", state: "live" }]);

    const called = await kunji(call);
    expect(called).toMatchObject({ exit: 0, stderr: "" });
    expect(Object.keys(JSON.parse(called.stdout))).not.toHaveLength(0);

    const logout = await kunji(["logout", broker]);
    expect(logout.exit).toBe(0);
    expect(logout.stdout).toMatch(brokers[broker].traits.logout ? /^Logged out/ : /has no logout/);
    expect(await kunji(["status", broker])).toMatchObject({ exit: 3 });
    const after = await kunji(call);
    expect(after).toMatchObject({ exit: 3, stdout: "" });
    expect(after.stderr).toContain(`kunji login ${broker}`);
  });

  it("ends the broker's session at logout, not only the file", async () => {
    const { kunji, store } = await rig();
    const place = { broker, env: "sandbox" } as const;
    await kunji(["login", broker, "--no-browser"]);
    const session = await store.session(place);
    if (!session) throw new Error("no session was stored");
    await kunji(["logout", broker]);
    await store.saveSession(place, session);
    // Where the broker has no logout its session goes on; everywhere else the token is dead.
    expect((await kunji(call)).exit).toBe(brokers[broker].traits.logout ? 3 : 0);
  });

  it("prints the command line of the first call, and that line works as it stands", async () => {
    const { kunji } = await rig();
    const { stdout } = await kunji(["login", broker, "--no-browser", "--json"]);
    const { next } = JSON.parse(stdout) as { next: string };
    // A shell's words: quoted, or of characters that mean nothing to it.
    expect(next).toMatch(/^(?:(?:'[^']*'|[\w@%+=:,./-]+)(?: |$))+$/);
    const words = [...next.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
    expect(words[0]).toBe("kunji");
    expect(await kunji(words.slice(1))).toMatchObject({ exit: 0, stderr: "" });
  });
});
