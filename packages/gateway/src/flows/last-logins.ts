import type { Ports } from "../ports/ports.js";

/** How a login ended. */
export interface LastLogin {
  /** ms since 1970, UTC */
  readonly at: number;
  readonly connection: string;
  /** A code; `null` where it succeeded. */
  readonly failed: string | null;
}

/** As many of a tenant's events as are looked at. */
const mostEvents = 200;

const reasonOf = (data: string): string => {
  const { reason } = JSON.parse(data) as { readonly reason?: unknown };
  return typeof reason === "string" ? reason : "internal";
};

/** How the last logins of a tenant's apps ended, by the apps' ids, each app's newest first: those among its newest events. */
export async function lastLogins(
  { store }: Pick<Ports, "store">,
  tenant: string,
): Promise<ReadonlyMap<string, readonly LastLogin[]>> {
  const events = await store.events.newest(tenant, { limit: mostEvents });
  const logins = events.flatMap(({ type, connection, data, at }): LastLogin[] => {
    if (connection === null) return [];
    if (type === "connection.active") return [{ at, connection, failed: null }];
    return type === "connection.login_failed" ? [{ at, connection, failed: reasonOf(data) }] : [];
  });
  const ids = [...new Set(logins.map(({ connection }) => connection))];
  const found = await Promise.all(ids.map((id) => store.connections.get(tenant, id)));
  const apps = new Map(found.flatMap((one) => (one ? [[one.id, one.app] as const] : [])));
  const byApp = new Map<string, LastLogin[]>();
  for (const login of logins) {
    const app = apps.get(login.connection);
    if (app !== undefined) byApp.set(app, [...(byApp.get(app) ?? []), login]);
  }
  return byApp;
}
