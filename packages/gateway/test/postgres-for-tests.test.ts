import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openStore } from "../src/adapters/database/open-store.js";
import { layPackaged } from "./support/packaged-postgres.js";
import { choosePostgres } from "./support/postgres.js";
import { binariesFolder, temporaryFolder, unprivilegedUser } from "./support/postgres-binaries.js";
import { addTenant } from "./support/rows.js";

const watchdog = fileURLToPath(new URL("support/postgres-watchdog.ts", import.meta.url));

/** Starts a watchdog, waits until its server is ready, and then only waits. */
const runner = `import { spawn } from "node:child_process";
  const child = spawn(process.execPath, process.argv.slice(1), { detached: true, stdio: ["pipe", "pipe", "inherit"] });
  child.stdout.once("data", (text) => console.log(child.pid, String(text)));`;

const gone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe("the PostgreSQL that tests start", () => {
  it.each([
    ["of npm's binaries", () => undefined],
    ["of the machine's binaries, where it has some", () => binariesFolder(process.env.PATH ?? "")],
  ])("%s ends, with its folder, when its runner is killed", async (_, installed) => {
    const user = unprivilegedUser();
    const folder = join(temporaryFolder(user !== undefined), `kunji-pg-ending-${process.pid}`);
    const owner = [user?.uid ?? -1, user?.gid ?? -1].map(String);
    const given = [watchdog, installed() ?? layPackaged(folder), folder, ...owner];
    const child = spawn(process.execPath, ["--input-type=module", "-e", runner, "--", ...given], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(createInterface(child.stdout), "line");
    const [pid, answer] = String(line).split(" ");
    expect(answer).toBe("ready");
    expect(existsSync(join(folder, "data", "postmaster.pid"))).toBe(true);
    expect(gone(Number(pid))).toBe(false);
    const url = `postgres://kunji@localhost/postgres?host=${encodeURIComponent(folder)}`;
    const store = await openStore({ url });
    await addTenant(store, "t");
    expect(await store.connections.get("t", "c1")).toMatchObject({ generation: 1, status: "active" });
    await store.close();
    child.kill("SIGKILL");
    await once(child, "exit");
    while (!gone(Number(pid))) await new Promise((resolve) => setImmediate(resolve));
    expect(existsSync(folder)).toBe(false);
  });
});

describe("where the tests' PostgreSQL comes from", () => {
  it("is the named one, else the machine's, else npm's", () => {
    expect(choosePostgres("postgres://named/x", "/bin", true)).toEqual({
      kind: "named",
      url: "postgres://named/x",
    });
    expect(choosePostgres(undefined, "/bin", true)).toEqual({ kind: "installed", folder: "/bin" });
    expect(choosePostgres(undefined, undefined, true)).toEqual({ kind: "packaged" });
  });

  it("is said to be missing where there is none, and how to have one", () => {
    expect(() => choosePostgres(undefined, undefined, false)).toThrow(/TEST_DATABASE_URL/);
  });
});
