import type { ConnectionFilter, ConnectionSummary, Status } from "../ports/connections.js";
import type { Listed, Page } from "../ports/page.js";
import type { Ports } from "../ports/ports.js";

/** Every status but the one that is for good. */
const statuses = ["new", "pending", "active", "login_needed", "unsure"] as const satisfies readonly Status[];

/**
 * One page of a tenant's connections that are not closed, in the order of ids. However many are closed, none of them is read:
 * each status is asked for by itself, and the first of all make the page.
 * @throws StoreProblem
 */
export async function connectionsNotClosed(
  { store }: Pick<Ports, "store">,
  tenant: string,
  filter: Pick<ConnectionFilter, "app" | "broker">,
  page: Page,
): Promise<Listed<ConnectionSummary>> {
  const lists = await Promise.all(
    statuses.map((status) => store.connections.list(tenant, { ...filter, status }, page)),
  );
  const all = lists.flatMap(({ items }) => items).sort((one, other) => (one.id < other.id ? -1 : 1));
  // One that changes between two of the reads would be there twice.
  const once = all.filter(({ id }, i) => id !== all[i - 1]?.id);
  const items = once.slice(0, page.limit);
  const more = once.length > items.length || lists.some(({ next }) => next !== null);
  const last = items.at(-1);
  return { items, next: more && last ? { id: last.id } : null };
}
