import { SandboxAway } from "./demo/sandbox-apps.js";
import { KeyringError } from "./domain/keyring-error.js";
import { MovedFileError } from "./domain/moved-file-error.js";
import { Problem } from "./domain/problem.js";
import { VaultError } from "./domain/vault-error.js";
import { StoreProblem } from "./ports/store-problem.js";
import { SettingError } from "./setting-error.js";
import type { Settings } from "./settings.js";

/** What a system says of a folder that can't be made or written. */
const folderCodes: ReadonlySet<string> = new Set([
  "EACCES",
  "EEXIST",
  "ELOOP",
  "ENAMETOOLONG",
  "ENOENT",
  "ENOTDIR",
  "EPERM",
  "EROFS",
]);

const ours = [SettingError, Problem, KeyringError, StoreProblem, VaultError, MovedFileError, SandboxAway];

/** One sentence that says what to do; never a foreign error's own words, which may repeat a setting. */
export function why(error: unknown, port: Settings["port"]): string {
  if (error instanceof Error && ours.some((kind) => error instanceof kind)) return error.message;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "EADDRINUSE")
    return `Port ${port} is in use: stop what listens there, or set KUNJI_PORT to another port.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return "The address of KUNJI_HOST is none of this machine's: leave it out for 127.0.0.1.";
  if (code === "EACCES" && port > 0 && port < 1024)
    return `Port ${port} needs more rights than this user has: set KUNJI_PORT to 1024 or higher.`;
  if (folderCodes.has(code)) return "The data folder can't be written: set KUNJI_DATA to a folder that can.";
  return `The gateway could not start (${/^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : "unknown reason"}).`;
}
