import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore, type StorePlace } from "../src/adapters/database/open-store.js";
import { StoreProblem } from "../src/ports/store-problem.js";
import { newPostgres } from "./support/postgres.js";
import { t0 } from "./support/rows.js";

const password = "pl4nted-s3cret";

async function problemAt(place: StorePlace): Promise<StoreProblem> {
  try {
    const store = await openStore(place);
    await store.close();
  } catch (error) {
    if (error instanceof StoreProblem) return error;
    throw error;
  }
  throw new Error("It opened.");
}

/** Everything of an error that a log might print. */
const printed = (error: Error): string =>
  [error.message, error.stack, String(error.cause), JSON.stringify(error), ...Object.values(error)].join(
    "\n",
  );

describe("a SQLite file", () => {
  let folder: string;
  const file = (name: string): string => join(folder, name, "gateway.db");
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kunji-open-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("refuses a second gateway, says why, and takes it once the first has ended", async () => {
    const place = { file: file("two") };
    const first = await openStore(place);
    const problem = await problemAt(place);
    expect(problem).toMatchObject({ code: "store_in_use", later: false });
    expect(problem.message).toContain("Another gateway runs on");
    expect(await first.tenants.add("still", { name: "works", madeBy: null, at: t0 })).toBeDefined();
    await first.close();
    const second = await openStore(place);
    expect(await second.tenants.get("still")).toMatchObject({ name: "works" });
    await second.close();
  });

  it("is free again after another process that held it was killed", async () => {
    const place = { file: file("killed") };
    await (await openStore(place)).close();
    const holder = `import Sqlite from "better-sqlite3";
      const lock = new Sqlite(process.argv[1] + ".lock");
      lock.exec("begin exclusive");
      process.stdout.write("held");
      setInterval(() => lock.open, 1e6);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", holder, "--", place.file], {
      cwd: import.meta.dirname,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    const problem = await problemAt(place).finally(() => child.kill("SIGKILL"));
    expect(problem.code).toBe("store_in_use");
    await once(child, "exit");
    await (await openStore(place)).close();
  });

  it("belongs to its owner alone", async () => {
    const place = { file: file("mode") };
    const store = await openStore(place);
    await store.tenants.add("t", { name: "t", madeBy: null, at: t0 });
    for (const end of ["", "-wal"]) expect(statSync(place.file + end).mode & 0o077).toBe(0);
    expect(statSync(join(folder, "mode")).mode & 0o077).toBe(0);
    await store.close();
  });

  it("is refused in words of our own where it is no database", async () => {
    const path = join(folder, "text.db");
    writeFileSync(path, `${password} `.repeat(300));
    chmodSync(path, 0o600);
    const problem = await problemAt({ file: path });
    expect(problem.code).toBe("store_file_unusable");
    expect(printed(problem)).not.toContain(password);
  });

  it("is not said to be another gateway's where its lock can't be made", async () => {
    const [folderInstead, textInstead] = [file("lock-folder"), file("lock-text")];
    for (const path of [folderInstead, textInstead]) await (await openStore({ file: path })).close();
    for (const path of [folderInstead, textInstead]) rmSync(`${path}.lock`);
    mkdirSync(`${folderInstead}.lock`);
    writeFileSync(`${textInstead}.lock`, `${password} `.repeat(300));
    for (const path of [folderInstead, textInstead]) {
      const problem = await problemAt({ file: path });
      expect(problem.code).toBe("store_file_unusable");
      expect(printed(problem)).not.toContain(password);
      rmSync(`${path}.lock`, { recursive: true });
      await (await openStore({ file: path })).close();
    }
  });

  it("is refused where its folder can't be made", async () => {
    writeFileSync(join(folder, "plain"), "");
    expect((await problemAt({ file: join(folder, "plain", "gateway.db") })).code).toBe("store_file_unusable");
  });
});

describe("a PostgreSQL's URL", () => {
  it.each([
    `mysql://user:${password}@127.0.0.1/kunji`,
    `postgres://user:${password}@127.0.0.1:notaport/kunji`,
    `postgres://user:${password}@127.0.0.1`,
    `user:${password}@127.0.0.1/kunji`,
    "",
  ])("is refused where it is broken, without repeating it (%#)", async (url) => {
    const problem = await problemAt({ url });
    expect(problem.code).toBe("store_url_invalid");
    expect(printed(problem)).not.toContain(password);
  });

  it("that leads nowhere is told as such, without its password", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    server.close();
    await once(server, "close");
    const problem = await problemAt({ url: `postgres://user:${password}@127.0.0.1:${port}/kunji` });
    expect(problem).toMatchObject({ code: "store_unreachable", later: true });
    expect(printed(problem)).not.toContain(password);
  });

  it("of an unknown user or database is told as refused, and the right one opens", async () => {
    const { url, drop } = await newPostgres();
    const [user, name] = [new URL(url), new URL(url)];
    user.username = "nobody_here";
    name.pathname = "/nothing_here";
    for (const wrong of [user, name]) {
      const problem = await problemAt({ url: wrong.href });
      expect(problem.code).toBe("store_unreachable");
      expect(problem.message).toContain("refuses the gateway");
      expect(printed(problem)).not.toContain("_here");
    }
    const store = await openStore({ url });
    expect(await store.tenants.get("t")).toBeUndefined();
    await store.close();
    await drop();
  });

  it("that loses its database answers with a problem, and not with the driver's words", async () => {
    const { url, drop } = await newPostgres();
    const store = await openStore({ url });
    await store.tenants.add("t", { name: "t", madeBy: null, at: t0 });
    await drop();
    const failed = await store.tenants.get("t").catch((error: unknown) => error);
    expect(failed).toMatchObject({ name: "StoreProblem", code: "store_unreachable" });
    await store.close();
  });
});
