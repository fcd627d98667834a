import { resolve } from "node:path";

/** What the sandbox starts with. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Host names that are answered on a loopback address besides its own and the brokers'. */
  readonly hosts: readonly string[];
  readonly file: string;
  readonly gatewayOrigin: string;
}

/** The settings, for `--help`. */
export const settingsHelp = `  KUNJI_SANDBOX_PORT   the port to listen on (4701)
  KUNJI_SANDBOX_HOST   the address to listen on (127.0.0.1)
  KUNJI_SANDBOX_HOSTS  further host names to answer, with commas between
  KUNJI_PORT           the gateway's port, for the presets' redirect URLs (4700)
  KUNJI_DATA           the data folder; the state lies in sandbox/sandbox.sqlite (.kunji)`;

/** A setting that can't be used. Its message names the variable and says what it takes, and doesn't repeat the value. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

type Environment = Readonly<Record<string, string | undefined>>;

function port(env: Environment, name: string, otherwise: number, lowest: number): number {
  const text = env[name];
  if (text === undefined || text === "") return otherwise;
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= lowest && value <= 65_535) return value;
  throw new SettingError(`${name} must be a port: a whole number from ${lowest} to 65535.`);
}

const hostPattern = /^(?:[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]+\]?)$/;

function host(env: Environment): string {
  const text = env.KUNJI_SANDBOX_HOST || "127.0.0.1";
  if (hostPattern.test(text)) return text.replace(/^\[(.*)\]$/, "$1");
  throw new SettingError("KUNJI_SANDBOX_HOST must be an address or a host name, such as 127.0.0.1.");
}

function hosts(env: Environment): readonly string[] {
  const names = (env.KUNJI_SANDBOX_HOSTS ?? "").split(",").map((name) => name.trim());
  const given = names.filter((name) => name !== "");
  if (given.every((name) => hostPattern.test(name))) return given;
  throw new SettingError(
    "KUNJI_SANDBOX_HOSTS must be host names with commas between, without ports or paths.",
  );
}

/**
 * Reads the settings. A port of 0 takes any free one.
 * @throws SettingError with one sentence about the first that is wrong
 */
export function readSettings(env: Environment = process.env, folder: string = process.cwd()): Settings {
  const data = env.KUNJI_DATA || ".kunji";
  if (data.includes("\0")) throw new SettingError("KUNJI_DATA must be the path of a folder.");
  return {
    host: host(env),
    port: port(env, "KUNJI_SANDBOX_PORT", 4701, 0),
    hosts: hosts(env),
    file: resolve(folder, data, "sandbox", "sandbox.sqlite"),
    gatewayOrigin: `http://127.0.0.1:${port(env, "KUNJI_PORT", 4700, 1)}`,
  };
}
