import type { Secret } from "kunji";
import type { Ports } from "../ports/ports.js";
import { apiKeyHash, everyCall, everyScope, keyRow } from "./api-keys.js";

type FirstPorts = Pick<Ports, "store" | "now" | "randomBytes" | "publicUrl">;

const settingKeys = "key_setting_";
/** The id of a key that an operator's setting holds: no key that the API makes has such a one. */
const settingKeyId = (text: Secret): string => `${settingKeys}${apiKeyHash(text).slice(0, 16)}`;

/** Where the first tenant's key comes from. */
type KeySource = "file" | "setting";

/**
 * Makes the operator's own tenant in an empty database, with a key that may do everything. True where this call made it.
 */
export async function makeFirstTenant(
  ports: FirstPorts,
  tenant: string,
  text: Secret,
  from: KeySource,
): Promise<boolean> {
  const { store, now } = ports;
  if (await store.installation.hasTenants()) return false;
  const row = keyRow(ports, text, { name: "first", scopes: everyScope, calls: everyCall });
  const id = from === "setting" ? settingKeyId(text) : row.id;
  return store.transaction(async (parts) => {
    if (!(await parts.tenants.add(tenant, { name: tenant, madeBy: null, at: now() }))) return false;
    await parts.apiKeys.add(tenant, { ...row, id });
    const record = { at: now(), key: null } as const;
    await parts.audit.append(tenant, { ...record, action: "tenant.add", kind: "tenant", id: tenant });
    await parts.audit.append(tenant, { ...record, action: "key.add", kind: "key", id });
    return true;
  });
}

/**
 * Lets the key that a setting holds open the operator's own tenant, and erases those that the setting held before, so that
 * they may come back.
 * @returns false where it opens nothing, and nothing has changed: the gateway did not make this tenant itself, or the key was
 *   ended by the API, or is another tenant's
 */
export async function admitSettingKey(ports: FirstPorts, tenant: string, text: Secret): Promise<boolean> {
  const { store, now } = ports;
  const own = await store.tenants.get(tenant);
  if (!own || own.madeBy !== null || own.endedAt !== null) return false;
  const id = settingKeyId(text);
  const wish = { name: "KUNJI_API_KEY", scopes: everyScope, calls: everyCall };
  return store.transaction(async (parts) => {
    const added = await parts.apiKeys.add(tenant, { ...keyRow(ports, text, wish), id });
    if (!added && (await parts.waysIn.apiKey(apiKeyHash(text)))?.tenant !== tenant) return false;
    const before = await parts.apiKeys.eraseOthers(tenant, settingKeys, id);
    if (before.length > 0) await parts.changes.announce({ tenant, kind: "api_key", id });
    const record = { at: now(), key: null, kind: "key" } as const;
    if (added) await parts.audit.append(tenant, { ...record, action: "key.add", id });
    for (const ended of before) await parts.audit.append(tenant, { ...record, action: "key.end", id: ended });
    return true;
  });
}
