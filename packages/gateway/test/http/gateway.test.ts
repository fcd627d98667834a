import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLog } from "../../src/adapters/signals/pino-log.js";
import { type Gateway, type GatewayOptions, openGateway } from "../../src/gateway.js";
import { ownKey } from "../../src/own-key.js";
import { readSettings } from "../../src/settings.js";
import { why } from "../../src/why-not-started.js";
import { newPostgres } from "../support/postgres.js";
import { fetched } from "./support/api-world.js";

let data: string;
let open: Gateway[] = [];
let said: string[] = [];
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "kunji-whole-"));
});
afterEach(async () => {
  for (const gateway of open) await gateway.close();
  open = [];
  said = [];
  await rm(data, { recursive: true, force: true });
});

async function start(env: Record<string, string> = {}, more: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const gateway = await openGateway({
    settings: readSettings({ KUNJI_PORT: "0", KUNJI_DATA: data, ...env }),
    version: "1.2.3",
    log: createLog({ level: "silent" }),
    say: (sentence) => void said.push(sentence),
    background: false,
    ...more,
  });
  open.push(gateway);
  return gateway;
}

const stop = async (gateway: Gateway) => {
  await gateway.close();
  open = open.filter((other) => other !== gateway);
};

const statusFor = async ({ url }: Gateway, key: string | undefined) =>
  (await fetched(`${url}/v1/keys`, "GET", { key })).status;
const keyFile = () => join(data, "gateway", "api-key");
const chosen = "chosen-by-an-operator-0123456789-a";

describe("the first start", () => {
  it("makes a tenant and its key, keeps the key for its owner alone, and says where; the second uses it", async () => {
    const first = await start();
    const kept = (await readFile(keyFile(), "utf8")).trim();
    expect(kept).toBe(first.apiKey?.reveal());
    expect(((await stat(keyFile())).mode & 0o777).toString(8)).toBe("600");
    expect(said.filter((sentence) => sentence.includes(keyFile()))).toHaveLength(1);
    expect(said.join()).not.toContain(kept);
    expect(await statusFor(first, kept)).toBe(200);
    expect((await fetched(`${first.url}/v1/tenants`, "GET", { key: kept })).status).toBe(200);
    await stop(first);
    said = [];
    const second = await start();
    expect([await statusFor(second, kept), second.apiKey?.reveal(), said]).toEqual([200, kept, []]);
  });

  it("takes a key from the settings and writes it nowhere", async () => {
    const gateway = await start({ KUNJI_API_KEY: chosen });
    expect(await statusFor(gateway, chosen)).toBe(200);
    await stop(gateway);
    const names = await readdir(join(data, "gateway"));
    expect(names).not.toContain("api-key");
    for (const name of names)
      expect((await readFile(join(data, "gateway", name))).includes(chosen)).toBe(false);
  });

  it("lets another key of the settings take the place of the one before, which ends", async () => {
    const made = await start();
    const kept = made.apiKey?.reveal();
    await stop(made);
    await stop(await start({ KUNJI_API_KEY: chosen }));
    const changed = await start({ KUNJI_API_KEY: `${chosen}-2` });
    expect(await statusFor(changed, `${chosen}-2`)).toBe(200);
    expect(await statusFor(changed, chosen)).toBe(401);
    expect(await statusFor(changed, kept)).toBe(200);
  });

  it("of two gateways on one database makes one tenant, whose key one of them has", async () => {
    const { url, drop } = await newPostgres();
    const other = await mkdtemp(join(tmpdir(), "kunji-other-"));
    const keys = join(data, "keys");
    await writeFile(keys, `k1:${Buffer.alloc(32, 7).toString("base64")}\n`, { mode: 0o600 });
    const env = { DATABASE_URL: url, KUNJI_KEY_FILE: keys };
    const both = await Promise.all([start(env), start({ ...env, KUNJI_DATA: other })]);
    const withKey = both.filter(({ apiKey }) => apiKey !== undefined);
    expect(withKey).toHaveLength(1);
    for (const gateway of both) expect(await statusFor(gateway, withKey[0]?.apiKey?.reveal())).toBe(200);
    for (const gateway of both) await stop(gateway);
    await drop();
    await rm(other, { recursive: true });
  });

  it("keeps no key that opens nothing where another gateway was first by a moment", async () => {
    const first = await start();
    const late = await mkdtemp(join(tmpdir(), "kunji-late-"));
    const settings = { apiKey: undefined, data: late, tenant: "operator" };
    const say = (sentence: string) => void said.push(sentence);
    said = [];
    const store = new Proxy(first.ports.store, {
      get: (target, name) =>
        name === "installation" ? { hasTenants: async () => false } : Reflect.get(target, name, target),
    });
    expect(await ownKey({ ...first.ports, store }, settings, say)).toBeUndefined();
    expect([await readdir(join(late, "gateway")), said]).toEqual([[], []]);
    const alone = await ownKey({ ...first.ports, store }, { ...settings, tenant: "another" }, say);
    expect(await statusFor(first, alone?.reveal())).toBe(200);
    expect(await readdir(join(late, "gateway"))).toEqual(["api-key"]);
    await rm(late, { recursive: true });
  });
});

describe("a start that fails", () => {
  it("leaves nothing open: the same folder and port can be used at once", async () => {
    const first = await start();
    const port = new URL(first.url).port;
    await stop(first);
    await writeFile(keyFile(), "short\n", { mode: 0o600 });
    const refused = start({ KUNJI_PORT: port });
    await expect(refused).rejects.toThrow("holds no API key");
    await writeFile(keyFile(), `${first.apiKey?.reveal()}\n`, { mode: 0o600 });
    const second = await start({ KUNJI_PORT: port });
    expect(await statusFor(second, first.apiKey?.reveal())).toBe(200);
  });

  it("says in a sentence that the port is taken, and that another gateway has the file", async () => {
    const first = await start();
    const port = Number(new URL(first.url).port);
    const sentence = (error: unknown) => why(error, port);
    const other = await mkdtemp(join(tmpdir(), "kunji-other-"));
    const taken = start({ KUNJI_PORT: String(port), KUNJI_DATA: other }).catch(sentence);
    expect(await taken).toBe(
      `Port ${port} is in use: stop what listens there, or set KUNJI_PORT to another port.`,
    );
    expect(await start().catch(sentence)).toMatch(/another gateway/i);
    await rm(other, { recursive: true });
  });

  it("passes no foreign error's words on", () => {
    expect(why(Object.assign(new Error("marked"), { code: "EWHATEVER" }), 1)).toBe(
      "The gateway could not start (EWHATEVER).",
    );
    expect(why(new Error("marked"), 1)).toBe("The gateway could not start (unknown reason).");
    expect(why(Object.assign(new Error("x"), { code: "marked words" }), 1)).not.toContain("marked");
  });
});

describe("the end", () => {
  /** A gateway with one request that hangs until it is let go. */
  async function withSlowRequest(graceMs: number) {
    const gateway = await start({}, { graceMs });
    let let_go = () => {};
    const held = new Promise<void>((done) => {
      let_go = done;
    });
    const { store } = gateway.ports;
    const { list } = store.apiKeys;
    let asked = () => {};
    const began = new Promise<void>((done) => {
      asked = done;
    });
    store.apiKeys.list = async (...given) => {
      asked();
      await held;
      return list(...given);
    };
    const answer = statusFor(gateway, gateway.apiKey?.reveal()).catch(() => "cut");
    await began;
    return { gateway, answer, letGo: let_go };
  }

  it("lets a request that runs finish, and takes no other", async () => {
    const { gateway, answer, letGo } = await withSlowRequest(10_000);
    const closing = stop(gateway);
    await expect
      .poll(() =>
        fetch(gateway.url).then(
          () => "answered",
          () => "refused",
        ),
      )
      .toBe("refused");
    letGo();
    expect(await answer).toBe(200);
    // Not by the end of the grace: nothing is waited for once the request is answered.
    const late = new Promise((done) => setTimeout(() => done("late"), 5_000).unref());
    expect(await Promise.race([closing, late])).toBeUndefined();
  });

  it("answers what comes over an open connection meanwhile as ever, and closes it", async () => {
    const { gateway, answer, letGo } = await withSlowRequest(10_000);
    const { hostname, port, host } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    const key = gateway.apiKey?.reveal();
    socket.write(`GET /v1/keys HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${key}\r\n\r\n`);
    await expect
      .poll(() => new Promise((done) => gateway.server.server.getConnections((_, n) => done(n))))
      .toBe(2);
    const closing = stop(gateway);
    await expect
      .poll(() =>
        fetch(gateway.url).then(
          () => "answered",
          () => "refused",
        ),
      )
      .toBe("refused");
    socket.write(`GET /health HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
    letGo();
    await new Promise((done) => socket.on("close", done));
    for (const part of text.split(/(?=HTTP\/1\.1 )/)) {
      expect(part).toContain("x-content-type-options: nosniff");
      expect(part).toMatch(/^HTTP\/1\.1 200/);
    }
    expect(await answer).toBe(200);
    await closing;
  });

  it("does not wait for one for ever", async () => {
    const { gateway, answer, letGo } = await withSlowRequest(100);
    await stop(gateway);
    expect(await answer).toBe("cut");
    letGo();
  });
});
