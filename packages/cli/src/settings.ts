import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { Problem } from "./problem.js";

/** What the environment says. The only file of the package that reads it. */
export interface Settings {
  /** Where keys and sessions are kept. */
  readonly folder: string;
  /** Where the sandbox listens, without a slash at the end. */
  readonly sandboxUrl: string;
  readonly colour: boolean;
  /** Whether npx started us: then no shell knows the command without it. */
  readonly npx: boolean;
  /** Whether a browser could be shown here. */
  readonly display: boolean;
}

/** The settings, for `--help`. */
export const settingsHelp = `  KUNJI_DATA           the data folder; the command keeps its files in cli/ below it (~/.config/kunji)
  KUNJI_SANDBOX_URL    where the sandbox is (http://127.0.0.1:4701)
  KUNJI_SANDBOX_PORT   its port, where it is on this machine (4701)
  NO_COLOR             any value: no colours`;

/** Whether npx started this process. */
export const startedByNpx = (env: Environment): boolean => env.npm_command === "exec";

type Environment = Readonly<Record<string, string | undefined>>;

/** This process's own. */
export const environment: Environment = process.env;

function folder(env: Environment, platform: NodeJS.Platform): string {
  if (env.KUNJI_DATA) return resolve(env.KUNJI_DATA, "cli");
  const home = env.HOME || homedir();
  if (env.XDG_CONFIG_HOME) return resolve(env.XDG_CONFIG_HOME, "kunji");
  if (platform === "win32" && env.APPDATA) return resolve(env.APPDATA, "kunji");
  return join(home, ".config", "kunji");
}

function sandboxUrl(env: Environment): string {
  const port = env.KUNJI_SANDBOX_PORT || "4701";
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    throw new Problem(
      "setting_invalid",
      "KUNJI_SANDBOX_PORT must be a port: a whole number from 1 to 65535.",
    );
  const text = env.KUNJI_SANDBOX_URL || `http://127.0.0.1:${port}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw new Problem(
      "setting_invalid",
      "KUNJI_SANDBOX_URL must be an address such as http://127.0.0.1:4701.",
    );
  return (url.origin + url.pathname).replace(/\/+$/, "");
}

/** @throws Problem `setting_invalid` with a sentence that names the variable and repeats no value */
export function readSettings(
  env: Environment = environment,
  platform: NodeJS.Platform = process.platform,
): Settings {
  return {
    folder: folder(env, platform),
    sandboxUrl: sandboxUrl(env),
    colour: !env.NO_COLOR,
    npx: startedByNpx(env),
    display: platform !== "linux" || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME),
  };
}
