import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../src/free-port.js";
import { hasPackaged, layPackaged } from "../../support/packaged-postgres.js";
import { runOn } from "../../support/postgres.js";
import { binariesFolder, temporaryFolder, unprivilegedUser } from "../../support/postgres-binaries.js";

export type ServerName = "a" | "b";

/** What the servers' watchdog is told. */
export type ReplicaOrder =
  | { readonly do: "start"; readonly name: ServerName; readonly settings: Readonly<Record<string, string>> }
  | { readonly do: "stop" | "crash"; readonly name: ServerName }
  /** Makes it anew as a copy of the other one, to follow that. */
  | { readonly do: "copy"; readonly name: ServerName; readonly of: ServerName };

/** Two PostgreSQL servers of which the one follows the other. None runs at first. */
export interface Replica {
  /** The gateway's database at one of them. */
  url(name: ServerName): string;
  start(name: ServerName, settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Starts both: `b` follows, and what is acknowledged at `a` has been applied at `b`. Makes the gateway's database. */
  startBoth(): Promise<void>;
  stop(name: ServerName): Promise<void>;
  /** Ends it at once, as a machine that loses its power. */
  crash(name: ServerName): Promise<void>;
  /** Makes the follower the primary. */
  promote(name: ServerName): Promise<void>;
  /** Makes a server a fresh copy of the other one, which it then follows. */
  copy(name: ServerName, of: ServerName): Promise<void>;
  /** Changes the settings of a server that runs. */
  demand(name: ServerName, settings: Readonly<Record<string, string>>): Promise<void>;
  /** Forbids changes at a server without breaking its connections. */
  fence(name: ServerName): Promise<void>;
  /** Allows them again. */
  unfence(name: ServerName): Promise<void>;
  /** Refuses every new login until the answer is called, and ends what is open. */
  refuse(name: ServerName): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** What is acknowledged at a server has been applied at its follower. */
export const followedBy = (follower: ServerName): Readonly<Record<string, string>> => ({
  synchronous_standby_names: follower,
  synchronous_commit: "remote_apply",
});

const database = "gateway";

/** @throws Error where no PostgreSQL's programs are there */
export async function openReplica(): Promise<Replica> {
  const user = unprivilegedUser();
  const folder = join(temporaryFolder(user !== undefined), `kunji-replica-${randomBytes(6).toString("hex")}`);
  const installed = binariesFolder(process.env.PATH ?? "");
  if (installed === undefined && !hasPackaged()) throw new Error("These tests need PostgreSQL's programs.");
  const binaries = installed ?? layPackaged(folder);
  const ports = { a: await freePort("127.0.0.1"), b: await freePort("127.0.0.1") };
  const watchdog = fileURLToPath(new URL("replica-watchdog.ts", import.meta.url));
  const owner = [user?.uid ?? -1, user?.gid ?? -1].map(String);
  const args = [watchdog, binaries, folder, ...owner, String(ports.a), String(ports.b)];
  const child = spawn(process.execPath, args, { detached: true, stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function answered(): Promise<void> {
    const { value } = await answers.next();
    const complaint = value === undefined ? "the watchdog has ended" : (JSON.parse(value) as string);
    if (complaint !== "") throw new Error(complaint);
  }
  let before: Promise<void> = answered();
  /** One after the other: the answers come in the orders' order. */
  function order(given: ReplicaOrder): Promise<void> {
    before = before.then(() => {
      child.stdin.write(`${JSON.stringify(given)}\n`);
      return answered();
    });
    return before;
  }
  await before;

  const urlOf = (name: ServerName, at = database) => `postgres://kunji@127.0.0.1:${ports[name]}/${at}`;
  const start: Replica["start"] = (name, settings = {}) => order({ do: "start", name, settings });
  async function demand(name: ServerName, settings: Readonly<Record<string, string>>): Promise<void> {
    for (const [key, value] of Object.entries(settings))
      await sql(name, `alter system set ${key} = '${value}'`);
    await sql(name, "select pg_reload_conf()");
    await wait(200);
  }
  const sql = (name: ServerName, statement: string) => runOn(urlOf(name, "postgres"), statement);

  return {
    url: urlOf,
    start,
    async startBoth() {
      await start("a", followedBy("b"));
      await start("b");
      await sql("a", `create database ${database}`);
    },
    stop: (name) => order({ do: "stop", name }),
    crash: (name) => order({ do: "crash", name }),
    async promote(name) {
      await sql(name, "select pg_promote(true, 30)");
    },
    copy: (name, of) => order({ do: "copy", name, of }),
    demand,
    fence: (name) => demand(name, { default_transaction_read_only: "on" }),
    unfence: (name) => demand(name, { default_transaction_read_only: "off" }),
    async refuse(name) {
      const file = join(folder, name, "pg_hba.conf");
      const text = await readFile(file, "utf8");
      const reload = "select pg_reload_conf()";
      // Whoever takes the refusal back must be let in.
      await writeFile(file, `host postgres kunji 127.0.0.1/32 trust\nhost all all all reject\n`);
      await sql(name, reload);
      await wait(200);
      await sql(name, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`);
      return async () => {
        await writeFile(file, "");
        await appendFile(file, text);
        await sql(name, reload);
      };
    },
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.stdin.end();
      await ended;
    },
  };
}
