// Which process is whose. A number alone says nothing: after a restart of the machine it is another process's.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

const linux = existsSync("/proc/self/stat");

function told(program, ...args) {
  try {
    const env = { PATH: "/usr/bin:/bin:/usr/sbin", LC_ALL: "C", TZ: "UTC" };
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], env }).trim();
  } catch {
    return "";
  }
}

/** Of a process that has not ended: its parent, and when it began as the kernel counts. `undefined` where there is none. */
function stateOf(pid) {
  if (!linux) {
    const [, parent, state, began] =
      /^(\d+) (\S+) +(.+)$/.exec(told("ps", "-o", "ppid=,state=,lstart=", "-p", pid)) ?? [];
    return began === undefined || state.startsWith("Z") ? undefined : { parent: Number(parent), began };
  }
  try {
    // The name, in brackets, may have blanks and brackets of its own.
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : { parent: Number(fields[1]), began: fields[19] };
  } catch {
    return undefined;
  }
}

/** What a process was started with, in words. */
function wordsOf(pid) {
  if (!linux) return told("ps", "-o", "command=", "-p", pid).split(" ");
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split(/[\0 ]/);
  } catch {
    return [];
  }
}

/** When a process began: a text that no later one with its number has. `undefined` where there is none. */
export const beganAt = (pid) => stateOf(pid)?.began;

/** The processes whose parent is this one. */
export function childrenOf(pid) {
  const all = linux ? readdirSync("/proc") : told("ps", "-axo", "pid=").split(/\s+/);
  return all
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => stateOf(child)?.parent === pid);
}

function linkOf(path) {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** Whether this process listens on the port, at whatever address; `undefined` where this user may not know. */
export function listensOn(pid, port) {
  if (!linux)
    return told("lsof", "-nP", "-a", "-p", String(pid), `-iTCP:${port}`, "-sTCP:LISTEN", "-t") !== "";
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const sockets = ["/proc/net/tcp", "/proc/net/tcp6"]
    .flatMap(linesOf)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, at, , state]) => at?.endsWith(local) && state === "0A")
    .map((fields) => `socket:[${fields[9]}]`);
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.includes(linkOf(`/proc/${pid}/fd/${fd}`)));
  } catch (error) {
    return error.code === "EACCES" ? undefined : false;
  }
}

const linesOf = (file) => (existsSync(file) ? readFileSync(file, "utf8").split("\n") : []);

/** The process that the file names in its first line, if it was started with this word; else `undefined`. */
export function pidByWord(file, word) {
  const pid = Number(linesOf(file)[0]);
  return pid > 0 && beganAt(pid) !== undefined && wordsOf(pid).includes(word) ? pid : undefined;
}

/** What `pidFileText` has written, if that process still runs; else `undefined`. */
export function pidByStart(file) {
  const [number, began, settings] = linesOf(file);
  const pid = Number(number);
  return pid > 0 && began && beganAt(pid) === began ? { pid, settings } : undefined;
}

/** @param settings a word that tells what it was started with */
export const pidFileText = (pid, settings) => `${pid}\n${beganAt(pid) ?? ""}\n${settings}\n`;
