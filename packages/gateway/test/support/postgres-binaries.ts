import { execFileSync } from "node:child_process";
import { accessSync, constants, readdirSync, realpathSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

const installed = "/usr/lib/postgresql";

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function versionsInstalled(): readonly string[] {
  try {
    return readdirSync(installed)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(installed, version, "bin"));
  } catch {
    return [];
  }
}

const oldest = 14;

/** Whether a folder holds a PostgreSQL that the gateway serves. */
function holdsPostgres(folder: string): boolean {
  if (!runs(join(folder, "initdb")) || !runs(join(folder, "postgres"))) return false;
  try {
    const told = execFileSync(join(folder, "postgres"), ["--version"], { stdio: "pipe", encoding: "utf8" });
    return Number(/\b(\d+)/.exec(told)?.[1]) >= oldest;
  } catch {
    return false;
  }
}

/** The folder of `initdb` and `postgres` on this machine, from version 14 on; `undefined` where there is none. */
export function binariesFolder(path: string): string | undefined {
  const folders = [...path.split(delimiter), ...versionsInstalled()];
  const found = folders.find(holdsPostgres);
  // Through a link, the binaries would look for their shared files beside it.
  return found && dirname(realpathSync(join(found, "initdb")));
}

/** A user that may run a PostgreSQL, where this process is root's: PostgreSQL refuses root. */
export function unprivilegedUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (kind: string): number =>
        Number(execFileSync("id", [kind, name], { stdio: "pipe", encoding: "utf8" }));
      return { uid: id("-u"), gid: id("-g") };
    } catch {}
  }
  throw new Error("Tests run as root need a user `postgres` or `nobody` to start a PostgreSQL as.");
}

function everybodyEnters(folder: string): boolean {
  try {
    const open = (statSync(folder).mode & 0o001) !== 0;
    return open && (folder === dirname(folder) || everybodyEnters(dirname(folder)));
  } catch {
    return false;
  }
}

/** A folder for temporary files; one that every user can enter, where `forOthers`. */
export function temporaryFolder(forOthers: boolean): string {
  const folders = [tmpdir(), "/tmp", "/var/tmp"];
  const found = forOthers ? folders.find((folder) => everybodyEnters(realpathSync(folder))) : folders[0];
  if (!found) throw new Error("Tests run as root need a temporary folder that other users can enter: /tmp.");
  return found;
}
