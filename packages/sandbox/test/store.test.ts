import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { brokers } from "../src/brokers/index.js";
import { createSandbox } from "../src/index.js";
import { openDatabase } from "../src/store/database.js";
import { pendingConsentStore } from "../src/store/pending-consents.js";
import { rig } from "./support/rig.js";

const folders: string[] = [];
const newFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "kunji-sandbox-"));
  folders.push(folder);
  return join(folder, "deep", "sandbox.sqlite");
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

it("does not wait for the disk at every call, and keeps a log that a kill leaves whole", () => {
  const { db } = openDatabase(newFile(), "any");
  const pragma = (name: string) => db.pragma(name, { simple: true });
  expect([pragma("journal_mode"), pragma("synchronous")]).toEqual(["wal", 1]);
  db.close();
});

describe("a restart", () => {
  it("keeps sessions, apps, keys, faults, consents, clock and ledger", async () => {
    const file = newFile();
    const first = await rig({ file });
    const token = await first.zebuToken();
    const code = await first.zebuCode();
    const made = await first.post("/ventura/portal/apps", {
      name: "Mine",
      redirect_url: "https://x.example/",
    });
    await first.post("/_sandbox/clock", { now: "2026-11-21T18:01:00+05:30", frozen: true });
    await first.post("/_sandbox/faults", { broker: "rmoney", fault: "slow", times: 3 });
    const jwks = await first.get("/ventura/.well-known/jwks.json");
    const ledger = await first.ledger();
    const app = first.sandbox.world.appById("nuvama-cli")!;
    first.sandbox.world.giveConsent(app, "somebody");
    const clock = await first.get("/_sandbox/clock");
    await first.sandbox.close();

    const again = await rig({ file });
    expect(again.sandbox.startedOver).toBeNull();
    expect(await again.ledger()).toEqual(ledger);
    expect(await again.get("/_sandbox/clock")).toEqual(clock);
    expect((await again.get("/_sandbox/faults")).body.set).toMatchObject([{ fault: "slow", times: 3 }]);
    expect(await again.get("/ventura/.well-known/jwks.json")).toEqual(jwks);
    expect(again.sandbox.world.hasConsent(app, "somebody")).toBe(true);
    expect(again.sandbox.world.hasConsent(app, "nobody")).toBe(false);
    expect(again.sandbox.world.app("ventura", "app_key", String(made.body.app_key))?.name).toBe("Mine");
    expect(await (await again.quote(token)).json()).toMatchObject({ stat: "Ok" });
    const exchanged = await again.send("POST", again.exchangePath, again.exchangeRequest(code));
    expect(await exchanged.json()).toMatchObject({ stat: "Ok" });
  });

  it("starts over from the presets where the file is of another version or has other presets", async () => {
    const file = newFile();
    await createSandbox({ file }).close();
    const db = new Sqlite(file);
    db.pragma("user_version = 999");
    db.close();
    const other = createSandbox({ file });
    expect(other.startedOver).toContain("another version");
    await other.close();

    const fewer = createSandbox({ file, brokers: brokers.slice(0, 2) });
    expect(fewer.startedOver).toContain("other presets");
    await fewer.close();
    const same = createSandbox({ file, brokers: brokers.slice(0, 2) });
    expect(same.startedOver).toBeNull();
    await same.close();
  });

  it("finds the write-ahead log on", async () => {
    const file = newFile();
    const sandbox = createSandbox({ file });
    const db = new Sqlite(file);
    expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
    db.close();
    await sandbox.close();
  });
});

describe("the world", () => {
  const grant = { broker: "zebu", code: "c", appId: "zebu-cli", username: "ZP0001", issuedAt: 1 } as const;

  it("gives a code to one of two callers", async () => {
    const { sandbox } = await rig();
    sandbox.world.putGrant(grant);
    expect(sandbox.world.takeGrant("rmoney", "c")).toBeUndefined();
    expect(sandbox.world.takeGrant("zebu", "c")).toEqual(grant);
    expect(sandbox.world.takeGrant("zebu", "c")).toBeUndefined();
  });

  it("finds a session by each of its tokens, and by the present ones only", async () => {
    const { world } = (await rig()).sandbox;
    const session = {
      id: "s",
      broker: "zebu",
      kind: "user",
      appId: "zebu-cli",
      username: "ZP0001",
      createdAt: 1,
      usedAt: 1,
      tokens: { access_token: "a", refresh_token: "r" },
      data: { ends: 5 },
    } as const;
    world.putSession(session);
    expect(world.session("zebu", "access_token", "a")).toEqual(session);
    expect(world.session("zebu", "access_token", "r")).toBeUndefined();
    expect(world.session("rmoney", "access_token", "a")).toBeUndefined();
    world.putSession({ ...session, tokens: { access_token: "b", refresh_token: "r" } });
    expect(world.session("zebu", "access_token", "a")).toBeUndefined();
    expect(world.session("zebu", "refresh_token", "r")?.tokens.access_token).toBe("b");
    expect(world.sessions("zebu", { kind: "vendor" })).toEqual([]);
    world.endSession("s");
    expect(world.session("zebu", "refresh_token", "r")).toBeUndefined();
  });

  it("makes texts of chance from the injected bytes alone", async () => {
    const fixed = (length: number) => new Uint8Array(length).fill(7);
    const { world } = (await rig({ randomBytes: fixed })).sandbox;
    expect(world.randomHex(3)).toBe("070707");
    expect(world.randomText(5)).toBe("HHHHH");
    expect(world.uuid()).toMatch(/^0{0}07070707-0707-4707-8707-070707070707$/);
    const other = (await rig()).sandbox.world;
    expect(new Set(Array.from({ length: 100 }, () => other.randomText(20))).size).toBe(100);
    expect(other.randomText(500)).toMatch(/^[A-Za-z0-9]{500}$/);
  });

  it("forgets a session 60 days after its login, and its tokens with it", async () => {
    const { world } = (await rig()).sandbox;
    const day = 86_400_000;
    const session = (id: string) =>
      ({ id, broker: "zebu", kind: "user", appId: "zebu-cli", username: "ZP0001", data: {} }) as const;
    world.putSession({ ...session("old"), createdAt: 1, usedAt: 1, tokens: { access_token: "a" } });
    const later = { ...session("new"), tokens: { access_token: "b" } };
    world.putSession({ ...later, createdAt: 60 * day, usedAt: 60 * day });
    expect(world.session("zebu", "access_token", "a")?.id).toBe("old");
    world.putSession({ ...later, createdAt: 60 * day, usedAt: 60 * day + 2 });
    expect(world.session("zebu", "access_token", "a")).toBeUndefined();
    expect(world.sessions("zebu").map(({ id }) => id)).toEqual(["new"]);
  });
});

describe("a consent page that nobody answers", () => {
  it("is forgotten after a day", () => {
    const { db } = openDatabase(":memory:", "");
    const store = pendingConsentStore(db);
    const count = () => db.prepare("SELECT count(*) FROM pending_consents").pluck().get();
    const page = { broker: "zebu", appId: "zebu-cli", username: "ZP0001", query: "" } as const;
    const day = 86_400_000;
    store.put({ ...page, id: "first", createdAt: 0 });
    store.put({ ...page, id: "second", createdAt: day });
    expect(count()).toBe(2);
    store.put({ ...page, id: "third", createdAt: day + 1 });
    expect(count()).toBe(2);
    expect(store.take("zebu", "third", day + 1)?.id).toBe("third");
    db.close();
  });
});
