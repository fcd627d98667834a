import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { hasPackaged, layPackaged } from "./packaged-postgres.js";
import { binariesFolder, temporaryFolder, unprivilegedUser } from "./postgres-binaries.js";

const missing =
  "The gateway's tests need a PostgreSQL of version 14 or later. Install one (Debian: apt-get install postgresql; " +
  "macOS: brew install postgresql@17), or name one in TEST_DATABASE_URL whose user may create databases.";

const random = (): string => randomBytes(6).toString("hex");

/** A server that this process has started: it ends with the process at the latest. */
export interface OwnServer {
  /** The URL of its database `postgres`. */
  readonly url: string;
  end(): Promise<void>;
}

/** Starts a server of its own for this process. */
async function startServer(
  installed: string | undefined,
  settings: readonly string[] = [],
): Promise<OwnServer> {
  const user = unprivilegedUser();
  const folder = join(temporaryFolder(user !== undefined), `kunji-pg-${random()}`);
  // In the server's own folder, which is removed with it.
  const binaries = installed ?? layPackaged(folder);
  const watchdog = fileURLToPath(new URL("postgres-watchdog.ts", import.meta.url));
  const owner = [user?.uid ?? -1, user?.gid ?? -1].map(String);
  // Detached: a Ctrl-C that ends the tests must leave the watchdog to end the server.
  const child = spawn(process.execPath, [watchdog, binaries, folder, ...owner, ...settings], {
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answer = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").once("data", resolve);
    child.once("error", reject);
    child.once("exit", () => reject(new Error("PostgreSQL's watchdog ended.")));
  });
  if (!answer.startsWith("ready")) throw new Error(`PostgreSQL did not start: ${answer.trim()}`);
  child.unref();
  for (const pipe of [child.stdin, child.stdout]) (pipe as typeof pipe & { unref?(): void }).unref?.();
  console.log(`PostgreSQL for the tests: started from ${binaries}`);
  return {
    url: `postgres://kunji@localhost/postgres?host=${encodeURIComponent(folder)}`,
    end: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve();
        child.ref();
        child.once("exit", () => resolve());
        child.stdin.end();
      }),
  };
}

/** Where the tests' PostgreSQL comes from. */
export type Choice =
  | { readonly kind: "named"; readonly url: string }
  | { readonly kind: "installed"; readonly folder: string }
  | { readonly kind: "packaged" };

/** The named one, else the machine's, else npm's. @throws Error where there is none: no test is skipped */
export function choosePostgres(
  named: string | undefined,
  installed: string | undefined,
  packaged: boolean,
): Choice {
  if (named) return { kind: "named", url: named };
  if (installed) return { kind: "installed", folder: installed };
  if (packaged) return { kind: "packaged" };
  throw new Error(missing);
}

/** The installed or the packaged one, whatever is named, with settings such as `full_page_writes=on`. */
export async function startPostgres(settings: readonly string[]): Promise<OwnServer> {
  const choice = choosePostgres(undefined, binariesFolder(process.env.PATH ?? ""), hasPackaged());
  return startServer(choice.kind === "installed" ? choice.folder : undefined, settings);
}

async function findServer(): Promise<string> {
  const { TEST_DATABASE_URL: named, PATH = "" } = process.env;
  const choice = choosePostgres(named, binariesFolder(PATH), hasPackaged());
  if (choice.kind !== "named")
    return (await startServer(choice.kind === "installed" ? choice.folder : undefined)).url;
  console.log("PostgreSQL for the tests: the one that TEST_DATABASE_URL names");
  return choice.url;
}

// Kept beside the modules: one server for all test files of a process.
const held = globalThis as { kunjiTestPostgres?: Promise<string> };

/** The URL of a database in which others can be made. Starts a server the first time where none is named. */
export function postgresUrl(): Promise<string> {
  held.kunjiTestPostgres ??= findServer();
  return held.kunjiTestPostgres;
}

/** Runs one statement past the store. */
export async function runOn(
  url: string,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement, [...parameters]);
    return rows;
  } finally {
    await client.end();
  }
}

/** A new empty database on a server. @param server the URL of a database in which others can be made */
export async function newDatabaseOn(
  server: string,
): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const name = `kunji_test_${random()}`;
  await runOn(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => void (await runOn(server, `drop database ${name} with (force)`)),
  };
}

/** A new empty database. */
export async function newPostgres(): Promise<{ readonly url: string; drop(): Promise<void> }> {
  return newDatabaseOn(await postgresUrl());
}
