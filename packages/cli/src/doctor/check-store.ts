import { stat } from "node:fs/promises";
import { brokers, endsAt } from "kunji";
import type { Context } from "../context.js";
import { Problem, systemCode } from "../problem.js";
import { keyPath, readKey } from "../store/key-file.js";
import type { Finding } from "./finding.js";

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw new Problem("store_failed", `${path} can't be looked at (${systemCode(error)}).`);
  }
}

const sentenceOf = (error: unknown): string => {
  if (!(error instanceof Problem)) throw error;
  return `${error.message} ${error.next ?? ""}`.trim();
};

async function keyFile({ settings }: Context): Promise<Finding> {
  const path = keyPath(settings.folder);
  const check = "key file";
  const mode = await modeOf(path);
  if (mode === undefined)
    return { check, level: "ok", says: "There is no key file yet: the first login makes one." };
  if (process.platform !== "win32" && (mode & 0o077) !== 0)
    return { check, level: "fail", says: `Others can read the key file: chmod 600 ${path}` };
  try {
    await readKey(settings.folder);
    return { check, level: "ok", says: "The key file is yours alone and whole." };
  } catch (error) {
    return { check, level: "fail", says: sentenceOf(error) };
  }
}

async function folder({ settings }: Context): Promise<Finding> {
  const mode = await modeOf(settings.folder);
  const check = "folder";
  if (mode === undefined || process.platform === "win32" || (mode & 0o077) === 0)
    return { check, level: "ok", says: `Keys and sessions are kept in ${settings.folder}.` };
  return { check, level: "warn", says: `Others can look into the folder: chmod 700 ${settings.folder}` };
}

async function stored(context: Context): Promise<Finding[]> {
  const { store, io } = context;
  const findings: Finding[] = [];
  for (const place of await store.places("session")) {
    const { broker, env } = place;
    const named = { check: "session", broker } as const;
    try {
      const session = await store.session(place);
      const ended = session && endsAt(session, io.now()).ended && !brokers[broker].traits.refresh;
      findings.push(
        ended && env !== "sandbox"
          ? {
              ...named,
              level: "warn",
              says: `The session at ${broker} (${env}) has ended: kunji login ${broker} --env ${env}`,
            }
          : { ...named, level: "ok", says: `The session at ${broker} (${env}) can be opened.` },
      );
    } catch (error) {
      findings.push({ ...named, level: "fail", says: sentenceOf(error) });
    }
  }
  return findings;
}

/** The key file, the folder, and whether the stored sessions can be opened. */
export async function checkStore(context: Context): Promise<Finding[]> {
  return [await keyFile(context), await folder(context), ...(await stored(context))];
}
