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

/** One sentence that says what to do; never the error's own words, which may repeat a setting. */
export function why(error: unknown, { host, port }: Pick<Settings, "host" | "port">): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "EADDRINUSE")
    return `Port ${port} is in use: stop what listens there, or set KUNJI_SANDBOX_PORT to another port.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return "The address of KUNJI_SANDBOX_HOST is none of this machine's: leave it out for 127.0.0.1.";
  if (code === "EACCES" && port > 0 && port < 1024)
    return `Port ${port} needs more rights than this user has: set KUNJI_SANDBOX_PORT to 1024 or higher.`;
  if (folderCodes.has(code)) return "The data folder can't be written: set KUNJI_DATA to a folder that can.";
  if (code.startsWith("SQLITE_"))
    return `The state can't be opened (${code}): remove sandbox/sandbox.sqlite in the data folder, or set KUNJI_DATA to another folder.`;
  return `The sandbox could not start at ${host} (${code || "unknown reason"}).`;
}
