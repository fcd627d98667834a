import { spawn } from "node:child_process";
import { createSecretKey, randomBytes } from "node:crypto";
import { chmod, copyFile, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brokers } from "kunji";
import { describe, expect, it } from "vitest";
import { brokerIds } from "../src/place.js";
import { open, seal } from "../src/store/envelope.js";
import { readKey, readOrMakeKey } from "../src/store/key-file.js";
import { withLock } from "../src/store/lock.js";
import { presetOf } from "./support/people.js";
import { type Rig, rig } from "./support/rig.js";

const loggedIn = async (broker = "zebu") => {
  const at = await rig();
  expect(await at.kunji(["login", broker, "--no-browser"])).toMatchObject({ exit: 0 });
  return at;
};
const sessionFile = ({ folder }: Rig) => join(folder, "session.zebu.sandbox");
const never = new AbortController().signal;

describe("an envelope", () => {
  const key = createSecretKey(randomBytes(32));
  const bound = { kind: "session", broker: "zebu", env: "live" };
  const sealed = seal(key, bound, "the text, with ₹", randomBytes);

  it("opens with its key under its name", () => {
    expect(sealed).toMatch(/^v1\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+$/);
    expect(open(key, bound, sealed)).toBe("the text, with ₹");
  });

  it.each([
    ["another key", () => open(createSecretKey(randomBytes(32)), bound, sealed)],
    ["another kind", () => open(key, { ...bound, kind: "app" }, sealed)],
    ["another broker", () => open(key, { ...bound, broker: "rmoney" }, sealed)],
    ["another environment", () => open(key, { ...bound, env: "uat" }, sealed)],
    ["another version", () => open(key, bound, sealed.replace("v1", "v2"))],
    ["a letter less", () => open(key, bound, sealed.slice(0, -4))],
    ["nothing", () => open(key, bound, "")],
    ["a nonce alone", () => open(key, bound, sealed.split(".").slice(0, 2).join("."))],
  ])("does not open under or with %s", (_, opened) => {
    expect(opened()).toBeUndefined();
  });

  it("is another one each time", () => {
    expect(seal(key, bound, "the text, with ₹", randomBytes)).not.toBe(sealed);
  });
});

describe("the files", () => {
  it.skipIf(process.platform === "win32")("can be read by their owner only", async () => {
    const { folder, files } = await loggedIn();
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const { name } of await files()) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect((await readFile(join(folder, "key"))).length).toBe(32);
  });

  it("X-06 hold no secret in the clear, and nor does anything that the command writes", async () => {
    const at = await rig();
    const secrets = new Set<string>();
    for (const broker of brokerIds) {
      const { app, users } = await presetOf(at, broker);
      for (const user of users) secrets.add(user.password);
      for (const [name, value] of Object.entries(app)) if (/secret|pwd|key/i.test(name)) secrets.add(value);
      expect(await at.kunji(["login", broker, "--no-browser"])).toMatchObject({ exit: 0 });
      const session = await at.store.session({ broker, env: "sandbox" });
      for (const secret of Object.values(session?.secrets ?? {})) secrets.add(secret.reveal());
      const vendor = await at.store.vendor({ broker, env: "sandbox" }).load();
      if (vendor) secrets.add(vendor.token.reveal());
      await at.kunji(["app", "show", broker, "--json"]);
      await at.kunji(["call", broker, "GET", "/no/such/path", "-i"]);
      await at.kunji(["call", broker, "GET", "/no/such/path", "--json"]);
    }
    await at.kunji(["status", "--json"]);
    await at.kunji(["doctor", "--json"]);
    for (const broker of brokerIds) await at.kunji(["logout", broker, "--json"]);
    // Public ids among the keys, and a secret of three digits that any number may hold.
    for (const open of ["7LgeAMyKQgWL6ErlU1wm", "apiventest", "123"]) secrets.delete(open);
    expect(secrets.size).toBeGreaterThan(30);
    const sinks = [...at.everything, ...(await at.files()).map(({ text }) => text)].join("\n");
    expect([...secrets].filter((secret) => sinks.includes(secret))).toEqual([]);
    // The search can find: an account is no secret and is there.
    expect(sinks).toContain("ZP0001");
  });

  it("X-06 keep a person's own marked keys out of every sink, also where the broker refuses them", async () => {
    const at = await rig();
    const marked = "MARKED-7c1f-text";
    for (const broker of brokerIds) {
      const { app } = await presetOf(at, broker);
      const secret = Object.values(brokers[broker].traits.keys).filter((key) => key.secret);
      const keys = { ...app, ...Object.fromEntries(secret.map(({ brokerName }) => [brokerName, marked])) };
      const stdin = JSON.stringify(keys);
      expect(await at.kunji(["app", "set", broker, "--stdin-json"], { stdin })).toMatchObject({ exit: 0 });
      expect((await at.kunji(["login", broker, "--no-browser", "--json"])).exit).toBeGreaterThan(2);
      expect(await at.kunji(["app", "show", broker])).toMatchObject({ exit: 0 });
      await at.kunji(["doctor", broker, "--json"]);
    }
    expect(at.everything.join("\n")).not.toContain(marked);
    expect((await at.files()).filter(({ text }) => text.includes(marked))).toEqual([]);
    const kept = await at.store.app({ broker: "zebu", env: "sandbox" });
    expect(kept?.settings.secret).toBe(marked);
  });
});

describe("a session that can't be opened", () => {
  it.each([
    ["damaged", async (at: Rig) => writeFile(sessionFile(at), `${await readFile(sessionFile(at), "utf8")}x`)],
    ["empty", (at: Rig) => writeFile(sessionFile(at), "")],
    ["written with another key", (at: Rig) => writeFile(join(at.folder, "key"), randomBytes(32))],
    ["left without a key", (at: Rig) => rm(join(at.folder, "key"))],
    [
      "another broker's",
      async (at: Rig) => {
        await at.kunji(["login", "rmoney", "--no-browser"]);
        await copyFile(join(at.folder, "session.rmoney.sandbox"), sessionFile(at));
      },
    ],
  ])("because it is %s gets a sentence, is left alone, and a login replaces it", async (_, spoil) => {
    const at = await loggedIn();
    await spoil(at);
    const before = await readFile(sessionFile(at));
    const called = await at.kunji(["call", "zebu", "GET", "/x"]);
    expect(called).toMatchObject({ exit: 3, stdout: "" });
    expect(called.stderr).toMatch(/can't be opened[\s\S]*kunji login zebu/);
    const status = await at.kunji(["status", "zebu", "--json"]);
    expect(status.exit).toBe(3);
    expect(JSON.parse(status.stdout)).toMatchObject([{ state: "unreadable" }]);
    expect(await readFile(sessionFile(at))).toEqual(before);
    expect(await at.kunji(["login", "zebu", "--no-browser"])).toMatchObject({ exit: 0 });
    expect(await at.kunji(["status", "zebu"])).toMatchObject({ exit: 0 });
  });

  it("is still erased by a logout, which says that the broker was not told", async () => {
    const at = await loggedIn();
    await writeFile(sessionFile(at), "v1.x.y");
    const { exit, stderr } = await at.kunji(["logout", "zebu"]);
    expect(exit).toBe(0);
    expect(stderr).toContain("was not told");
    expect((await at.files()).map(({ name }) => name)).not.toContain("session.zebu.sandbox");
  });

  it("has a damaged key file for its reason: nothing is overwritten then", async () => {
    const at = await loggedIn();
    const key = join(at.folder, "key");
    await writeFile(key, "short");
    const login = await at.kunji(["login", "zebu", "--no-browser"]);
    expect(login).toMatchObject({ exit: 4 });
    expect(login.stderr).toContain("32 bytes");
    expect(await readFile(key, "utf8")).toBe("short");
  });
});

describe("app keys that can't be opened", () => {
  it("get a sentence, and new ones replace them", async () => {
    const at = await rig();
    const stdin = JSON.stringify({
      clientId: "ABC",
      secret: "123",
      redirectUri: "http://127.0.0.1:4702/callback/zebu",
    });
    await at.kunji(["app", "set", "zebu", "--stdin-json"], { stdin });
    await writeFile(join(at.folder, "app.zebu.sandbox"), "nothing");
    const login = await at.kunji(["login", "zebu", "--no-browser"]);
    expect(login).toMatchObject({ exit: 4 });
    expect(login.stderr).toContain("kunji app set zebu");
    expect(await at.kunji(["app", "set", "zebu", "--stdin-json"], { stdin })).toMatchObject({ exit: 0 });
    expect(await at.kunji(["app", "show", "zebu"])).toMatchObject({ exit: 0 });
  });
});

describe("the folder", () => {
  it("gets a sentence where it can't be used", async () => {
    const at = await rig();
    await writeFile(join(at.data, "cli"), "a file where the folder should be");
    const login = await at.kunji(["login", "zebu", "--no-browser"]);
    expect(login).toMatchObject({ exit: 1 });
    expect(login.stderr).toContain("KUNJI_DATA");
    await expect(at.store.places("session")).rejects.toMatchObject({ code: "store_failed" });
    await rm(join(at.data, "cli"));
    expect(await at.store.places("session")).toEqual([]);
    expect(await at.kunji(["login", "zebu", "--no-browser"])).toMatchObject({ exit: 0 });
    await chmod(at.folder, 0o700);
  });
});

describe.skipIf(process.platform !== "linux")("a folder that can never be made", () => {
  it("gets a sentence and does not spin", async () => {
    const at = await rig();
    at.env.KUNJI_DATA = "/proc";
    const login = await at.kunji(["login", "zebu", "--no-browser"]);
    expect(login).toMatchObject({ exit: 1 });
    expect(login.stderr).toMatch(/\/proc\/cli can't be used[\s\S]*KUNJI_DATA/);
    at.env.KUNJI_DATA = join(at.data, "one", "two");
    expect(await at.kunji(["login", "zebu", "--no-browser"])).toMatchObject({ exit: 0 });
    for (const made of ["one", "one/two", "one/two/cli"])
      expect((await stat(join(at.data, made))).mode & 0o777).toBe(0o700);
  });
});

describe.skipIf(process.platform === "win32")("a key file that others can read", () => {
  it("is closed to them, with one warning", async () => {
    const at = await loggedIn();
    const key = join(at.folder, "key");
    await chmod(key, 0o644);
    const widened = await at.kunji(["status", "zebu", "--json"]);
    expect(widened.exit).toBe(0);
    expect(JSON.parse(widened.stdout)).toHaveLength(1);
    expect(widened.stderr.match(/key file/g)).toHaveLength(1);
    expect((await stat(key)).mode & 0o777).toBe(0o600);
    expect(await at.kunji(["status", "zebu"])).toMatchObject({ exit: 0, stderr: "" });
  });
});

describe("the key", () => {
  it("is whole or not there: a try that breaks off leaves no part behind", async () => {
    const { folder } = await rig();
    const unwritable = () => ({}) as Uint8Array;
    await expect(readOrMakeKey(folder, unwritable, never)).rejects.toMatchObject({ code: "store_failed" });
    expect(await readKey(folder)).toBeUndefined();
    const [one, other] = await Promise.all([1, 2].map(() => readOrMakeKey(folder, randomBytes, never)));
    expect(one?.equals(other!)).toBe(true);
    expect((await stat(join(folder, "key"))).size).toBe(32);
  });
});

describe("the lock", () => {
  it("gets a sentence where its file is something else, and works when that is gone", async () => {
    const { folder } = await loggedIn();
    const path = join(folder, "spoilt.lock");
    await writeFile(path, "no database ".repeat(100));
    const work = () => Promise.resolve("done");
    await expect(withLock(folder, "spoilt", work, never)).rejects.toMatchObject({ code: "store_failed" });
    await rm(path);
    expect(await withLock(folder, "spoilt", work, never)).toBe("done");
  });

  it("lets one work after the other, never two at once", async () => {
    const at = await loggedIn();
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
    };
    await Promise.all(
      Array.from({ length: 8 }, () => at.store.alone({ broker: "zebu", env: "sandbox" }, work)),
    );
    expect(most).toBe(1);
    const apart = ["a", "b"].map((env) => at.store.alone({ broker: "zebu", env }, work));
    await Promise.all(apart);
  });

  it("is held against another process, and given up by one that is killed", async () => {
    const at = await loggedIn();
    const path = join(at.folder, "held.lock");
    const hold = `const { DatabaseSync } = require("node:sqlite");
      new DatabaseSync(${JSON.stringify(path)}).exec("BEGIN EXCLUSIVE");
      process.stdout.write("held"); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ["-e", hold], { stdio: ["ignore", "pipe", "ignore"] });
    await new Promise((resolve) => holder.stdout.once("data", resolve));
    const stop = new AbortController();
    let worked = false;
    const work = async () => {
      worked = true;
    };
    const refused = withLock(at.folder, "held", work, stop.signal);
    stop.abort();
    await expect(refused).rejects.toMatchObject({ code: "interrupted" });
    expect(worked).toBe(false);
    const waiting = withLock(at.folder, "held", work, never);
    holder.kill("SIGKILL");
    await waiting;
    expect(worked).toBe(true);
  });
});
