import { createDecipheriv, createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrokerId, Secret } from "kunji";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createLog } from "../../src/adapters/signals/pino-log.js";
import { type Gateway, openGateway } from "../../src/gateway.js";
import { jobsOf } from "../../src/jobs.js";
import { readSettings } from "../../src/settings.js";
import { why } from "../../src/why-not-started.js";
import { allBrokers } from "../support/world.js";
import { type WholeOnDatabase, wholeGateways } from "./support/both-databases.js";
import { newKey } from "./support/broker-relay.js";
import { dumpFiles, dumpTables } from "./support/dump-database.js";
import { askLink, begin, codeOf, connect, logIn } from "./support/journey.js";
import { searchSinks } from "./support/secret-search.js";

const tenant = "operator";
const sender = { send: async () => ({ status: 204 }), close: async () => undefined };

/** Opens a sealed value with nothing of the gateway's: `v1.<key id>.<nonce><ciphertext><tag>`. */
function openByHand(key: Buffer, place: readonly string[], sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed);
  const [head = "", keyId = ""] = /^v1\.([\w-]+)\./.exec(bytes.toString("latin1")) ?? [];
  const nonce = bytes.subarray(head.length, head.length + 12);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce);
  decipher.setAAD(Buffer.from(JSON.stringify(["v1", keyId, ...place])));
  decipher.setAuthTag(bytes.subarray(-16));
  return decipher.update(bytes.subarray(head.length + 12, -16)).toString() + decipher.final().toString();
}

describe.each(wholeGateways)("nothing is stored in the clear, on %s", (_, open) => {
  let whole: WholeOnDatabase;
  const ids = new Map<BrokerId, string>();
  beforeAll(async () => {
    whole = await open();
    for (const broker of allBrokers) {
      await whole.addApp(broker);
      ids.set(broker, await connect(whole, broker));
    }
  }, 60_000);
  afterAll(() => whole.close());

  const row = async (id: string) => {
    const found = await whole.gateway.ports.store.connections.get(tenant, id);
    if (!found?.sealedSession) throw new Error(`no session: ${id}`);
    return { ...found, sealedSession: found.sealedSession };
  };
  const keyFile = () => join(whole.data, "gateway", "keys");
  const keysOnFile = async () =>
    new Map(
      (await readFile(keyFile(), "utf8"))
        .trim()
        .split("\n")
        .map((line) => [line.split(":")[0] ?? "", Buffer.from(line.split(":")[1] ?? "", "base64")]),
    );
  const keyIdOf = (sealed: Uint8Array) => Buffer.from(sealed).toString("latin1").split(".")[1] ?? "";
  const session = (id: string) => whole.ask("GET", `/v1/connections/${id}/session`);

  it("a session lies under AES-256-GCM and a key with an id, with its row's tenant, connection and field beside it", async () => {
    for (const broker of allBrokers) {
      const { id, sealedSession } = await row(ids.get(broker) ?? "");
      const key = (await keysOnFile()).get(keyIdOf(sealedSession)) ?? Buffer.alloc(0);
      expect(key).toHaveLength(32);
      const place = [tenant, "connection", id, "session"];
      const headers = Object.values((await session(id)).json.headers as Record<string, string>);
      const opened = openByHand(key, place, sealedSession);
      expect(
        headers.filter((header) => opened.includes(header.replace(/^Bearer /, ""))).length,
      ).toBeGreaterThan(0);
      for (const [i, other] of [
        [0, "desk-1"],
        [1, "code"],
        [2, "con_other"],
        [3, "keys"],
      ] as const)
        expect(() => openByHand(key, place.with(i, other), sealedSession)).toThrow();
      const changed = Buffer.from(sealedSession);
      changed[changed.length - 20] = (changed[changed.length - 20] ?? 0) ^ 1;
      expect(() => openByHand(key, place, changed)).toThrow();
    }
  });

  it("a session that was moved to another row is opened there by nobody, and in its own again", async () => {
    const { connections } = whole.gateway.ports.store;
    const [mine, other] = [await connect(whole, "zebu"), await connect(whole, "zebu")];
    const put = async (sealedSession: Uint8Array) => {
      const { generation, startedAt, usedAt, account, ...kept } = await row(mine);
      const at = Date.now();
      const given = { ...kept, startedAt: startedAt ?? 0, usedAt: usedAt ?? 0, account: account ?? "" };
      await connections.putSession(tenant, mine, generation, {
        ...given,
        status: "active",
        at,
        sealedSession,
      });
    };
    const own = (await row(mine)).sealedSession;
    await put((await row(other)).sealedSession);
    const calls = await whole.sandbox("GET", "/_sandbox/ledger?broker=zebu");
    expect((await session(mine)).status).toBe(500);
    expect(
      (await whole.ask("POST", `/v1/connections/${mine}/proxy/NorenWClientAPI/GetQuotes`, { body: {} }))
        .status,
    ).toBe(500);
    expect(await whole.sandbox("GET", "/_sandbox/ledger?broker=zebu")).toEqual(calls);
    await put(own);
    expect((await session(mine)).status).toBe(200);
  });

  it("API keys, attempts' ids, browsers' cookies and codes are kept as hashes", async () => {
    const link = await askLink(whole, "ventura");
    const person = whole.person();
    const state = new URL(await begin(person, link)).searchParams.get("state") ?? "";
    const waiting = await askLink(whole, "zebu");
    const secrets = new Map([
      ["an API key", await newKey(whole, ["read"])],
      ["an attempt's id", state],
      ["a cookie", [...person.jar].find(([name]) => /^kunji_[A-Za-z0-9]{43}$/.test(name))?.[1] ?? ""],
      ["a code", codeOf(await logIn(whole, "zebu", waiting)) ?? ""],
    ]);
    const kinds = ["api_key", "attempt", "browser", "code"];
    const sinks = whole.databaseUrl
      ? await dumpTables(whole.databaseUrl)
      : await dumpFiles(join(whole.data, "gateway"));
    expect(searchSinks(secrets, sinks)).toEqual([]);
    const stored = sinks.map(({ text }) => text).join("\n");
    for (const [i, text] of [...secrets.values()].entries()) {
      expect(text.length).toBeGreaterThan(40);
      expect(stored).toContain(createHash("sha256").update(`kunji:${kinds[i]}:v1\0${text}`).digest("hex"));
    }
  });

  it("keys rotate while it runs: what is written from then on lies under the new one, what was written stays readable", async () => {
    const before = ids.get("zebu") ?? "";
    const text = await readFile(keyFile(), "utf8");
    const follow = jobsOf(whole.gateway.ports, sender, { eventsMs: 1, auditMs: 1 }).find(
      ({ name }) => name === "keys",
    );
    const run = () => follow?.run(new AbortController().signal);
    expect(await run()).toBe(0);
    await writeFile(keyFile(), `later:${randomBytes(32).toString("base64")}\n${text}`, { mode: 0o600 });
    expect(await run()).toBe(1);
    const after = await connect(whole, "zebu");
    expect(keyIdOf((await row(after)).sealedSession)).toBe("later");
    expect(keyIdOf((await row(before)).sealedSession)).not.toBe("later");
    for (const id of [before, after]) expect((await session(id)).status).toBe(200);

    const both = await readFile(keyFile(), "utf8");
    for (const [broken, code] of [
      [both.split("\n")[0] ?? "", "key_absent"],
      [both.replace(/^later:.*$/m, `later:${randomBytes(32).toString("base64")}`), "key_wrong"],
      ["", "key_file_empty"],
    ] as const) {
      await writeFile(keyFile(), broken, { mode: 0o600 });
      await expect(run()).rejects.toMatchObject({ code });
      for (const id of [before, after]) expect((await session(id)).status).toBe(200);
    }
    await writeFile(keyFile(), both, { mode: 0o600 });
    expect(await run()).toBe(0);
  });
});

describe("the gateway's own keys", () => {
  const open: Gateway[] = [];
  const folders: string[] = [];
  afterEach(async () => {
    for (const gateway of open.splice(0)) await gateway.close();
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });

  async function start(env: Readonly<Record<string, string>> = {}, data?: string) {
    const folder = data ?? (await mkdtemp(join(tmpdir(), "kunji-keys-")));
    if (data === undefined) folders.push(folder);
    const said: string[] = [];
    const settings = readSettings({ KUNJI_PORT: "0", KUNJI_DATA: folder, ...env });
    const log = createLog({ level: "silent" });
    const gateway = await openGateway({
      settings,
      version: "0",
      log,
      background: false,
      say: (text) => void said.push(text),
    });
    open.push(gateway);
    return { gateway, data: folder, said, own: (name: string) => join(folder, "gateway", name) };
  }
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
  const stop = async () => {
    for (const gateway of open.splice(0)) await gateway.close();
  };

  it("are made in files for their owner alone where nobody names any, and it says so", async () => {
    const { said, own, gateway } = await start();
    for (const name of ["keys", "api-key"]) {
      expect(await modeOf(own(name))).toBe("600");
      expect(said.filter((text) => text.includes(own(name)))).toHaveLength(1);
    }
    expect((await readFile(own("api-key"), "utf8")).trim()).toBe((gateway.apiKey as Secret).reveal());
  });

  it("are never written where they come from the environment", async () => {
    const key = `from-the-environment-${randomBytes(16).toString("hex")}`;
    const { data, gateway } = await start({ KUNJI_API_KEY: key });
    const asked = await fetch(`${gateway.url}/v1/keys`, { headers: { authorization: `Bearer ${key}` } });
    expect(asked.status).toBe(200);
    await stop();
    const names = await readdir(join(data, "gateway"));
    expect(names).not.toContain("api-key");
    const sinks = await Promise.all(
      names.map(async (where) => ({
        where,
        text: (await readFile(join(data, "gateway", where))).toString("latin1"),
      })),
    );
    expect(searchSinks(new Map([["the key", key]]), sinks)).toEqual([]);
  });

  it("are demanded: without the one that the database lies under it does not start, and with it it does", async () => {
    const { data, own } = await start();
    await stop();
    const text = await readFile(own("keys"), "utf8");
    await rm(own("keys"));
    await expect(start({}, data).catch((error) => Promise.reject(why(error, 0)))).rejects.toMatch(/is gone/);
    await writeFile(own("keys"), `k1:${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
    await expect(start({}, data)).rejects.toMatchObject({ name: "KeyringError" });
    await writeFile(own("keys"), text, { mode: 0o600 });
    await start({}, data);
    expect(open).toHaveLength(1);
  });
});
