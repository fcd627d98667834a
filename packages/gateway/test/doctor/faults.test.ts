import { chmod, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkServer } from "../../src/doctor/check-database.js";
import { checkConnections } from "../../src/doctor/check-room.js";
import { freePort } from "../../src/free-port.js";
import { startForwardProxy } from "../egress/support/forward-proxy.js";
import { newPostgres, runOn } from "../support/postgres.js";
import { examined, newPatient, type Patient, places } from "./support/examined.js";

const [[, onSqlite], [, onPostgres]] = places;
let patient: Patient;
beforeAll(async () => {
  patient = await newPatient(onSqlite);
  await patient.whole.addApp("zebu");
});
afterAll(() => patient.close());

describe("doctor on the database's state", () => {
  it("warns of an empty one, before the first start", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kunji-doctor-"));
    const { url, drop } = await newPostgres();
    try {
      for (const env of [{}, { DATABASE_URL: url }]) {
        const { findings, level, says } = await examined({ KUNJI_DATA: join(folder, "no", "where"), ...env });
        expect([level("database"), says("database")]).toEqual([
          "warn",
          expect.stringContaining("Start the gateway once"),
        ]);
        expect(level("keys")).toBe("warn");
        expect(findings.filter(({ level }) => level === "fault")).toEqual([]);
      }
    } finally {
      await drop();
      await rm(folder, { recursive: true });
    }
  });

  it("says of one that is away what it can say of the rest", async () => {
    const gone = `postgres://kunji:marked-password@127.0.0.1:${await freePort("127.0.0.1")}/kunji`;
    const { level, says, findings } = await patient.examine({ DATABASE_URL: gone });
    expect([level("database"), says("database")]).toEqual([
      "fault",
      expect.stringContaining("does not answer"),
    ]);
    expect([level("keys"), says("keys")]).toEqual(["ok", expect.stringContaining("can be used")]);
    expect(level("address")).toBe("ok");
    for (const check of ["room", "clock", "callbacks", "brokers", "webhooks", "due work"])
      expect([check, level(check), says(check)]).toEqual([
        check,
        "warn",
        "Not checked. Mend the database first.",
      ]);
    expect([level("public URL"), says("public URL")]).toEqual([
      "warn",
      expect.stringContaining("can't be seen"),
    ]);
    expect(JSON.stringify(findings)).not.toContain("marked-password");
    expect((await patient.examine()).level("database")).toBe("ok");
  });

  it("waits for none that takes the connection and says nothing", async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket.on("error", () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    const { level, says } = await patient.examine(
      { DATABASE_URL: `postgres://k@127.0.0.1:${port}/k` },
      {},
      300,
    );
    expect([level("database"), says("database")]).toEqual([
      "fault",
      expect.stringContaining("No answer within 0.3 s"),
    ]);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it("finds a PostgreSQL that may take back what it has confirmed, by its own setting", async () => {
    const other = await newPatient(onPostgres);
    const url = other.env.DATABASE_URL ?? "";
    const name = new URL(url).pathname.slice(1);
    try {
      const found = await other.spoiledAndMended(
        "database",
        () => runOn(url, `alter database ${name} set synchronous_commit = off`),
        () => runOn(url, `alter database ${name} set synchronous_commit = on`),
      );
      expect(found).toMatchObject({
        spoiled: "fault",
        says: expect.stringContaining("Turn synchronous_commit on"),
      });
    } finally {
      await other.close();
    }
  });

  it("finds a standby, and one that is too old or has too few connections left", () => {
    const server = {
      version: "15.2",
      versionNumber: 150_002,
      standby: false,
      fenced: false,
      unsafe: [] as string[],
      connectionsLeft: 40,
      following: { names: "", synchronous: 0, unseen: 0 },
    };
    const levels = (change: Partial<typeof server>) =>
      [checkServer({ ...server, ...change }), checkConnections({ ...server, ...change })].map(
        ([one]) => one?.level,
      );
    expect(levels({})).toEqual(["ok", "ok"]);
    expect(levels({ standby: true })).toEqual(["fault", "ok"]);
    expect(checkServer({ ...server, unsafe: ["fsync"] }).at(-1)).toMatchObject({
      level: "fault",
      next: "Turn fsync on.",
    });
    expect(levels({ versionNumber: 130_020 })).toEqual(["fault", "ok"]);
    expect(levels({ connectionsLeft: 11 })).toEqual(["ok", "warn"]);
    expect(levels({ connectionsLeft: 12 })).toEqual(["ok", "ok"]);
    expect(levels({ connectionsLeft: 0 })).toEqual(["ok", "fault"]);
  });

  it("finds a disk without room", async () => {
    const room = async (free: number, database = 2 ** 20) =>
      (await patient.examine({}, { disk: async () => ({ free, database }) })).level("room");
    expect(await room(127 * 2 ** 20)).toBe("fault");
    expect(await room(129 * 2 ** 20)).toBe("ok");
    expect(await room(2 ** 30, 2 ** 31)).toBe("warn");
  });
});

describe("doctor on the key file", () => {
  const file = () => join(patient.whole.data, "gateway", "keys");

  it.skipIf(process.platform === "win32")("finds one that others can read", async () => {
    const found = await patient.spoiledAndMended(
      "keys",
      () => chmod(file(), 0o640),
      () => chmod(file(), 0o600),
    );
    expect(found).toMatchObject({ spoiled: "fault", says: expect.stringContaining("chmod 600") });
  });

  it("finds one that is gone", async () => {
    const found = await patient.spoiledAndMended(
      "keys",
      () => rename(file(), `${file()}.away`),
      () => rename(`${file()}.away`, file()),
    );
    expect(found).toMatchObject({ spoiled: "fault", says: expect.stringContaining("Put its copy back") });
  });

  it("finds another key in the place of the right one, and one that holds no key, and repeats neither", async () => {
    const right = await readFile(file(), "utf8");
    const [id] = right.split(":");
    const other = Buffer.alloc(32, 7).toString("base64");
    const mend = () => writeFile(file(), right);
    const wrong = await patient.spoiledAndMended("keys", () => writeFile(file(), `${id}:${other}\n`), mend);
    expect(wrong).toMatchObject({
      spoiled: "fault",
      says: expect.stringContaining("Put the right key file"),
    });
    const absent = await patient.spoiledAndMended("keys", () => writeFile(file(), `k9:${other}\n`), mend);
    expect(absent).toMatchObject({ spoiled: "fault", says: expect.stringContaining(`the key ${id}`) });
    const none = await patient.spoiledAndMended("keys", () => writeFile(file(), `${other}\n`), mend);
    expect(none).toMatchObject({
      spoiled: "fault",
      says: expect.stringContaining("line 1 is not <id>:<key"),
    });
    for (const { says } of [wrong, absent, none]) expect(says).not.toContain(other.slice(0, 20));
  });
});

describe("doctor on the public URL", () => {
  const elsewhere = "https://kunji.example";
  /** A public URL that leads elsewhere. */
  const leadingTo = (target: string | undefined, status?: number) => ({
    fetch: async (url: string, init: RequestInit) => {
      if (!url.startsWith(elsewhere)) return fetch(url, init);
      if (status !== undefined) return new Response("", { status });
      if (target === undefined) throw new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } });
      return fetch(url.replace(elsewhere, target), init);
    },
  });
  const of = async (changes: Readonly<Record<string, string>>, world = {}) => {
    const { level, says } = await patient.examine(changes, world);
    return [level("public URL"), says("public URL")];
  };

  it("finds another installation behind it", async () => {
    const other = await newPatient(onSqlite);
    try {
      const env = { KUNJI_PUBLIC_URL: elsewhere };
      const foreign = await of(env, leadingTo(other.whole.gateway.url));
      expect(foreign).toEqual(["fault", expect.stringContaining("does not prove to be this installation's")]);
      expect((await of(env, leadingTo(patient.whole.gateway.url)))[0]).toBe("ok");
    } finally {
      await other.close();
    }
  });

  it("finds the same keys on another database behind it", async () => {
    const other = await newPatient(onSqlite, { KUNJI_KEY_FILE: join(patient.whole.data, "gateway", "keys") });
    try {
      const foreign = await of({ KUNJI_PUBLIC_URL: elsewhere }, leadingTo(other.whole.gateway.url));
      expect(foreign[0]).toBe("fault");
      expect((await other.examine()).level("public URL")).toBe("ok");
    } finally {
      await other.close();
    }
  });

  it("finds one that does not lead to the gateway which runs, or not to all paths", async () => {
    expect((await of({ KUNJI_PUBLIC_URL: elsewhere }, leadingTo(patient.whole.gateway.url)))[0]).toBe("ok");
    const astray = await of({ KUNJI_PUBLIC_URL: elsewhere }, leadingTo(undefined));
    expect(astray).toEqual(["fault", expect.stringContaining("what stands before the gateway")]);
    expect((await of({ KUNJI_PUBLIC_URL: elsewhere }, leadingTo(undefined, 404)))[0]).toBe("fault");
    expect((await of({ KUNJI_PUBLIC_URL: elsewhere }, leadingTo(undefined, 503)))[0]).toBe("fault");
  });

  it("warns where no gateway runs", async () => {
    const port = String(await freePort("127.0.0.1"));
    expect(await of({ KUNJI_PORT: port })).toEqual(["warn", expect.stringContaining("Start the gateway")]);
  });
});

describe("doctor on the brokers' reach", () => {
  it("finds a broker that does not answer", async () => {
    const nobody = `http://127.0.0.1:${await freePort("127.0.0.1")}`;
    const bad = await patient.examine({ KUNJI_SANDBOX_URL: nobody });
    expect(bad.level("brokers")).toBe("fault");
    expect(bad.says("brokers")).toMatch(/Zebu MYNT \(127.* does not answer \(ECONNREFUSED\).*operator\/zebu/);
    expect(bad.level("address")).toBe("warn");
    const good = await patient.examine();
    expect([good.level("brokers"), good.level("address")]).toEqual(["ok", "ok"]);
    expect(good.says("address")).toContain("sees 127.0.0.1 where calls go directly");
  });

  it("finds an app whose environment is gone", async () => {
    const set = (environment: string) => () => patient.run(`update apps set environment = '${environment}'`);
    const found = await patient.spoiledAndMended("brokers", set("white-label"), set("sandbox"));
    expect(found).toMatchObject({
      spoiled: "fault",
      says: expect.stringMatching(/no environment white-label.*back into KUNJI_ENVIRONMENTS/),
    });
  });

  it("names KUNJI_SANDBOX_URL where that is what an app's environment goes by", async () => {
    const { KUNJI_SANDBOX_URL: _, ...env } = patient.env;
    const { level, says } = await examined(env);
    expect([level("brokers"), says("brokers")]).toEqual([
      "fault",
      expect.stringMatching(/operator\/zebu: there is no environment sandbox.*Set KUNJI_SANDBOX_URL/),
    ]);
    expect(says("brokers")).not.toContain("KUNJI_ENVIRONMENTS");
    expect((await patient.examine()).level("brokers")).toBe("ok");
  });

  it("goes by the app's proxy, finds one that is cut, and shows no password", async () => {
    const proxied = await newPatient(onSqlite, { KUNJI_EGRESS_TARGETS: "any" });
    const proxy = await startForwardProxy({ login: "user:marked-password" });
    try {
      await proxied.whole.addApp("zebu");
      const egress = proxy.with("user:marked-password");
      const { broker, environment, return_urls } = (await proxied.whole.ask("GET", "/v1/apps/zebu")).json;
      const body = { broker, environment, return_urls, egress };
      expect((await proxied.whole.ask("PUT", "/v1/apps/zebu", { body })).status).toBe(200);
      const before = proxy.asked.length;
      const good = await proxied.examine();
      expect(good.findings.filter(({ level }) => level !== "ok")).toEqual([]);
      expect(good.says("brokers")).toContain(`by the proxy ${proxy.url}`);
      expect(good.says("address")).toContain(`sees 127.0.0.1 by the proxy ${proxy.url}`);
      // A tunnel that is tried, one for the broker, one for the address.
      expect(proxy.asked.length - before).toBeGreaterThanOrEqual(2);
      const refused = await proxied.examine({ KUNJI_EGRESS_TARGETS: "public" });
      expect(refused.says("brokers")).toContain("KUNJI_EGRESS_TARGETS=any");
      proxy.cut();
      const bad = await proxied.examine();
      expect([bad.level("brokers"), bad.says("brokers")]).toEqual([
        "fault",
        expect.stringContaining("gives no tunnel"),
      ]);
      expect(bad.level("address")).toBe("warn");
      expect(JSON.stringify([good.findings, refused.findings, bad.findings])).not.toContain(
        "marked-password",
      );
    } finally {
      await proxy.close();
      await proxied.close();
    }
  });
});
