import { describe, expect, it } from "vitest";
import { pasteable } from "../src/command-lines.js";
import { commands } from "../src/commands.js";
import { rig } from "./support/rig.js";

const bare = new RegExp(`(?<!npx )\\bkunji (?:--help|help|${commands.map(({ name }) => name).join("|")})\\b`);

describe("where npx started us", () => {
  it.each(commands.map(({ name }) => name))("a line with %s begins with npx, once", (name) => {
    const line = pasteable(`Run: kunji ${name} zebu`, true);
    expect(line).toBe(`Run: npx kunji ${name} zebu`);
    expect(pasteable(line, true)).toBe(line);
    expect(pasteable(`Run: kunji ${name} zebu`, false)).toBe(`Run: kunji ${name} zebu`);
  });

  it("every command that is shown can be pasted, with --json too", async () => {
    const at = await rig();
    const lines = [
      ["--help"],
      ["help", "login"],
      ["lgn"],
      ["status"],
      ["status", "zebu"],
      ["call", "zebu", "GET", "/x"],
      ["call", "zebu", "GET", "/x", "--json"],
      ["sandbox", "fault", "zebu"],
      ["login", "zebu", "--no-browser"],
      ["login", "zebu", "--no-browser", "--json"],
      ["login", "zebu", "--env", "live", "--json"],
      ["doctor", "--env", "live", "zebu", "--json"],
    ];
    for (const argv of lines) {
      const plain = await at.kunji(argv);
      expect(plain.stdout + plain.stderr).not.toContain("npx kunji");
      at.env.npm_command = "exec";
      const { stdout, stderr } = await at.kunji(argv);
      delete at.env.npm_command;
      expect(stdout + stderr).not.toMatch(bare);
      if (bare.test(plain.stdout + plain.stderr)) expect(stdout + stderr).toContain("npx kunji");
    }
    at.env.npm_command = "exec";
    const { stdout } = await at.kunji(["login", "zebu", "--no-browser", "--json"]);
    expect(JSON.parse(stdout).next).toMatch(/^npx kunji call zebu /);
  });

  it("the broker's own words stay as they are", async () => {
    const at = await rig();
    expect(await at.kunji(["login", "zebu", "--no-browser"])).toMatchObject({ exit: 0 });
    at.env.npm_command = "exec";
    const said = { said: "kunji login zebu" };
    const world = {
      fetch: async (url: string, init: RequestInit) =>
        url.includes("/NorenWClientAPI/") ? Response.json(said) : fetch(url, init),
    };
    for (const more of [[], ["--json"]]) {
      const { stdout } = await at.kunji(["call", "zebu", "GET", "/NorenWClientAPI/x", ...more], world);
      expect(stdout).toContain('"kunji login zebu"');
    }
  });
});

describe("no command of a package that nobody can install", () => {
  it("is shown", async () => {
    const at = await rig();
    const down = { fetch: () => Promise.reject(new TypeError("down")) };
    for (const argv of [["help", "sandbox"], ["doctor"], ["sandbox"], ["login", "zebu"]]) {
      const { stdout, stderr } = await at.kunji(argv, down);
      expect(stdout + stderr).toContain("npm start");
      expect(stdout + stderr).not.toContain("@kunji/sandbox");
    }
  });
});
