import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Secret } from "kunji";
import { type KeyFile, makeKeyFile, readKeyFile } from "./adapters/vault/key-file.js";
import { isApiKeyText } from "./domain/random-text.js";
import { apiKeyHash, newKeyText } from "./flows/api-keys.js";
import { admitSettingKey, makeFirstTenant } from "./flows/first-tenant.js";
import type { Ports } from "./ports/ports.js";
import { SettingError } from "./setting-error.js";
import type { Settings } from "./settings.js";

const fileIn = (data: string): KeyFile => {
  const path = join(data, "gateway", "api-key");
  return { path, named: `The file ${path}`, owner: process.geteuid?.() };
};

async function readKey(file: KeyFile): Promise<Secret | undefined> {
  const text = readKeyFile(file)?.trim();
  if (text === undefined) return undefined;
  if (isApiKeyText(text)) return new Secret(text);
  throw new SettingError(`${file.named} holds no API key: put its copy back, or set KUNJI_API_KEY.`);
}

/** The operator's API key where the settings or the data folder hold it. @throws KeyringError, SettingError */
export const readOwnKey = async ({
  apiKey,
  data,
}: Pick<Settings, "apiKey" | "data">): Promise<Secret | undefined> => apiKey ?? readKey(fileIn(data));

/**
 * Says of a used database what opens nothing in it, and what to do.
 * @param kept the file's key
 * @throws SettingError where the demo is to put its apps into a tenant that is not there
 */
async function tellWhatFitsNothing(
  { store }: Pick<Ports, "store">,
  { tenant, demo }: Pick<Settings, "tenant" | "demo">,
  { path }: KeyFile,
  kept: Secret | undefined,
  say: (sentence: string) => void,
): Promise<void> {
  const own = await store.tenants.get(tenant);
  if (!own || own.madeBy !== null || own.endedAt !== null) {
    const sentence = `The gateway has made no tenant ${tenant} by itself: set KUNJI_TENANT to the one of its first start, or KUNJI_API_KEY will open nothing.`;
    if (demo && (!own || own.endedAt !== null)) throw new SettingError(sentence);
    say(sentence);
  }
  if (!kept)
    say(
      `There is no API key in ${path}: where nobody else keeps one, put its copy back, or set KUNJI_API_KEY.`,
    );
  else if (!(await store.waysIn.apiKey(apiKeyHash(kept))))
    say(
      `The API key in ${path} opens nothing in this database: put the copy of the right one there, or set KUNJI_API_KEY.`,
    );
}

/**
 * The API key of the operator's own tenant, which is made in an empty database. A key from the settings is never written;
 * one that is made here is kept in the data folder, for its owner alone. `undefined` where nobody has kept it.
 * @throws KeyringError, SettingError where the file can't be used, or the demo's tenant is not there; StoreProblem
 */
export async function ownKey(
  ports: Ports,
  { apiKey, data, tenant, demo = false }: Pick<Settings, "apiKey" | "data" | "tenant"> & Partial<Settings>,
  say: (sentence: string) => void,
): Promise<Secret | undefined> {
  if (apiKey) {
    await makeFirstTenant(ports, tenant, apiKey, "setting");
    if (await admitSettingKey(ports, tenant, apiKey)) return apiKey;
    throw new SettingError(
      "KUNJI_API_KEY opens nothing: it was ended over the API, or is another tenant's, or KUNJI_TENANT is not the tenant that " +
        "the gateway made at its first start. Set another key, or that tenant.",
    );
  }
  const file = fileIn(data);
  const kept = await readKey(file);
  if (kept) {
    if (!(await makeFirstTenant(ports, tenant, kept, "file")))
      await tellWhatFitsNothing(ports, { tenant, demo }, file, kept, say);
    return kept;
  }
  // One that starts beside this one may have made both meanwhile.
  if (await ports.store.installation.hasTenants()) {
    const made = await readKey(file);
    await tellWhatFitsNothing(ports, { tenant, demo }, file, made, say);
    return made;
  }
  const suffix = Buffer.from(ports.randomBytes(8)).toString("hex");
  await makeKeyFile(file, newKeyText(ports).reveal(), suffix);
  const text = await readKey(file);
  if (text && (await makeFirstTenant(ports, tenant, text, "file"))) {
    say(`An API key that may do everything was made in ${file.path}.`);
    return text;
  }
  // One that started beside this one in the same folder has made the tenant, with this file's key.
  if (text && (await ports.store.waysIn.apiKey(apiKeyHash(text)))) return text;
  // Another gateway on this database was first: this key opens nothing.
  await rm(file.path, { force: true });
  return undefined;
}
