import type { Secret } from "kunji";
import type { Ports } from "../ports/ports.js";
import { apiKeyHash, everyCall, everyScope, keyRow } from "./api-keys.js";

type FirstPorts = Pick<Ports, "store" | "now" | "randomBytes" | "publicUrl">;

/** Ids of keys that an operator's setting holds: no key that the API makes has one. */
const settingKeyId = (hash: string): string => `key_setting_${hash.slice(0, 16)}`;

/**
 * Makes the operator's own tenant in an empty database, with a key that may do everything. True where this call made it.
 */
export async function makeFirstTenant(ports: FirstPorts, tenant: string, text: Secret): Promise<boolean> {
  const { store, now } = ports;
  if (await store.installation.hasTenants()) return false;
  const row = keyRow(ports, text, { name: "first", scopes: everyScope, calls: everyCall });
  return store.transaction(async (parts) => {
    if (!(await parts.tenants.add(tenant, { name: tenant, madeBy: null, at: now() }))) return false;
    await parts.apiKeys.add(tenant, row);
    const record = { at: now(), key: null } as const;
    await parts.audit.append(tenant, { ...record, action: "tenant.add", kind: "tenant", id: tenant });
    await parts.audit.append(tenant, { ...record, action: "key.add", kind: "key", id: row.id });
    return true;
  });
}

/**
 * Lets the key that a setting holds open the operator's own tenant, and ends the one that the setting held before.
 * Nothing where the gateway did not make that tenant itself.
 */
export async function admitSettingKey(ports: FirstPorts, tenant: string, text: Secret): Promise<void> {
  const { store, now } = ports;
  const own = await store.tenants.get(tenant);
  if (!own || own.madeBy !== null || own.endedAt !== null) return;
  const hash = apiKeyHash(text);
  const wish = { name: "KUNJI_API_KEY", scopes: everyScope, calls: everyCall };
  const id = settingKeyId(hash);
  const { items } = await store.apiKeys.list(tenant, { limit: 1_000 });
  const before = items.filter(
    (key) => key.id.startsWith("key_setting_") && key.id !== id && key.endedAt === null,
  );
  const known = await store.waysIn.apiKey(hash);
  await store.transaction(async (parts) => {
    if (!known) await parts.apiKeys.add(tenant, { ...keyRow(ports, text, wish), id });
    for (const key of before) await parts.apiKeys.end(tenant, key.id, now());
    if (before.length > 0) await parts.changes.announce({ tenant, kind: "api_key", id });
    const record = { at: now(), key: null, kind: "key" } as const;
    if (!known) await parts.audit.append(tenant, { ...record, action: "key.add", id });
    for (const key of before) await parts.audit.append(tenant, { ...record, action: "key.end", id: key.id });
  });
}
