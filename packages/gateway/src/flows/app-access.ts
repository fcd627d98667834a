import type { ApiKey } from "../ports/api-keys.js";
import type { Ports } from "../ports/ports.js";

/** What a tenant's programs may do at a broker besides reading. */
export interface AppAccess {
  readonly order: boolean;
  readonly money: boolean;
}

const all = { order: true, money: true } as const;
const pageLimit = 200;

/** Whoever reads a session's headers out may call what they like with them. */
function accessOf({ scopes, calls, endedAt }: ApiKey): AppAccess {
  if (endedAt !== null) return { order: false, money: false };
  if (scopes.includes("session")) return all;
  const forwards = scopes.includes("proxy");
  return { order: forwards && calls.includes("order"), money: forwards && calls.includes("money") };
}

/** What the API keys of a tenant, taken together, may do now. */
export async function appAccess({ store }: Pick<Ports, "store">, tenant: string): Promise<AppAccess> {
  let access: AppAccess = { order: false, money: false };
  let after: Parameters<typeof store.apiKeys.list>[1]["after"];
  do {
    const { items, next } = await store.apiKeys.list(tenant, { limit: pageLimit, after });
    for (const key of items) {
      const { order, money } = accessOf(key);
      access = { order: access.order || order, money: access.money || money };
    }
    if (access.order && access.money) return access;
    after = next ?? undefined;
  } while (after);
  return access;
}
