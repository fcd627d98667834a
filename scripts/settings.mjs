// The one place where the scripts read environment variables.
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const reports = join(root, "reports");

/** Environment for children: what this process has, with changes. `undefined` takes a variable away. */
export function environment(changes = {}) {
  const merged = { ...process.env, ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

function port(name, otherwise) {
  const text = process.env[name];
  if (text === undefined || text === "") return otherwise;
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value >= 1 && value <= 65535) return value;
  throw new Sentence(`${name} must be a port from 1 to 65535.`);
}

/** What other programs of this family are set by. */
const others = /^KUNJI_(?:SANDBOX_(?:PORT|HOSTS?)$|BOUND_TO$|CHROMIUM$|FUZZ_)/;
/** A setting of a gateway, by its name. */
export const isGatewaySetting = (name) =>
  name === "DATABASE_URL" || (name.startsWith("KUNJI_") && !others.test(name));

export const settings = {
  /** What this process has of a gateway's settings. */
  ofGateways: () =>
    Object.fromEntries(Object.entries(process.env).filter(([name]) => isGatewaySetting(name))),
  sandboxPort: () => port("KUNJI_SANDBOX_PORT", 4701),
  gatewayPort: () => port("KUNJI_PORT", 4700),
  apiKey: () => process.env.KUNJI_API_KEY || undefined,
  databaseUrl: () => process.env.DATABASE_URL || undefined,
  /** The data folder; the services make it. */
  data: () => resolve(root, process.env.KUNJI_DATA || ".data"),
  chromium: () => process.env.KUNJI_CHROMIUM || undefined,
  path: () => process.env.PATH ?? "",
  home: () => process.env.HOME ?? process.env.USERPROFILE ?? "",
  programFolders: () =>
    [process.env.ProgramFiles, process.env["ProgramFiles(x86)"], process.env.LOCALAPPDATA].filter(Boolean),
  /** npm's own program and the Node that runs it, when npm started us. */
  npmProgram: () => process.env.npm_execpath,
  npmNode: () => process.env.npm_node_execpath,
  startedByNpm: () => process.env.npm_lifecycle_event !== undefined,
  boundTo: () => Number(process.env.KUNJI_BOUND_TO),
};

/** Tells a child which process it ends with; its own children, with another parent, don't mind it. */
export const boundTo = (pid) => ({ KUNJI_BOUND_TO: String(pid) });

/** What a person should read instead of a stack trace. */
export class Sentence extends Error {}

/** Runs a script's work; a `Sentence` ends it with status 1 and without a stack trace. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Sentence)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}

export const say = (text) => console.log(text);
export const secondsSince = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;
