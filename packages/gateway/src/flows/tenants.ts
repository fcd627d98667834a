import { Problem } from "../domain/problem.js";
import type { ApiKey } from "../ports/api-keys.js";
import type { Page } from "../ports/page.js";
import type { Ports } from "../ports/ports.js";
import type { StoreParts } from "../ports/store.js";
import type { Tenant } from "../ports/tenants.js";
import { everyCall, everyScope, keyRow, type MadeKey, newKeyText } from "./api-keys.js";

/** A tenant with its first API key, which may do everything within it. */
export interface MadeTenant extends MadeKey {
  readonly tenant: Tenant;
}

/** Makes a tenant with its first API key. @throws Problem `id_taken` */
export async function addTenant(
  ports: Pick<Ports, "store" | "now" | "randomBytes" | "publicUrl">,
  maker: ApiKey,
  {
    id = `ten_${Buffer.from(ports.randomBytes(12)).toString("hex")}`,
    name,
  }: { readonly id?: string | undefined; readonly name: string },
): Promise<MadeTenant> {
  const text = newKeyText(ports);
  const row = keyRow(ports, text, { name: "first", scopes: everyScope, calls: everyCall });
  const at = row.createdAt;
  const { tenant: madeBy, id: key } = maker;
  return ports.store.transaction(async (parts) => {
    const tenant = await parts.tenants.add(id, { name, madeBy, at });
    const apiKey = tenant && (await parts.apiKeys.add(id, row));
    if (!tenant || !apiKey) throw new Problem("id_taken", { field: "id" });
    // Both chains tell of it; of the maker's keys its own alone.
    await parts.audit.append(id, { at, key: null, action: "tenant.add", kind: "tenant", id });
    await parts.audit.append(id, { at, key: null, action: "key.add", kind: "key", id: apiKey.id });
    await parts.audit.append(madeBy, { at, key, action: "tenant.add", kind: "tenant", id });
    return { tenant, apiKey, text };
  });
}

async function endWebhooks({ webhooks }: StoreParts, tenant: string, at: number): Promise<void> {
  let after: Page["after"];
  do {
    const { items, next } = await webhooks.list(tenant, { limit: 200, ...(after && { after }) });
    for (const { id } of items) await webhooks.end(tenant, id, at);
    after = next ?? undefined;
  } while (after);
}

/**
 * Ends a tenant that the caller's has made, and with it its API keys and webhooks. Its connections and vendor sessions are closed
 * in the background.
 * @throws Problem `not_found`
 */
export function endTenant(
  { store, now }: Pick<Ports, "store" | "now">,
  { tenant: madeBy, id: key }: ApiKey,
  id: string,
): Promise<void> {
  return store.transaction(async (parts) => {
    const tenant = await parts.tenants.get(id);
    if (tenant?.madeBy !== madeBy) throw new Problem("not_found");
    const at = now();
    if (tenant.endedAt === null) await endWebhooks(parts, id, at);
    if (!(await parts.tenants.end(id, at))) return;
    // Every key of the tenant is another one now.
    await parts.changes.announce({ tenant: id, kind: "api_key", id });
    await parts.audit.append(id, { at, key: null, action: "tenant.end", kind: "tenant", id });
    await parts.audit.append(madeBy, { at, key, action: "tenant.end", kind: "tenant", id });
  });
}
