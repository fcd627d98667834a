import type { ConnectionSummary } from "../ports/connections.js";
import type { Page } from "../ports/page.js";
import type { Ports } from "../ports/ports.js";
import { makeConnectLink, sentLinkMs } from "./connect-link.js";
import { type NotReadyConnection, type ReadinessReport, readiness } from "./readiness.js";

/** Who is not ready, each with a link to log in that is surely there. */
export type LinkedNotReady = Omit<NotReadyConnection, "connectUrl"> & { readonly connectUrl: string };

export interface LinkedReadiness extends Omit<ReadinessReport, "items"> {
  readonly items: readonly LinkedNotReady[];
}

const hour = 3_600_000;

/**
 * Each with a link to log its connection in, which works for a day, up to an hour less: all that are made within an hour are
 * the same, so that a page that is made again reads the same.
 */
export function linked<T extends { readonly connection: ConnectionSummary }>(
  ports: Pick<Ports, "vault" | "now" | "publicUrl">,
  items: readonly T[],
): Promise<readonly (T & { readonly connectUrl: string })[]> {
  const lifeMs = sentLinkMs - (ports.now() % hour);
  return Promise.all(
    items.map(async (item) => ({
      ...item,
      connectUrl: (await makeConnectLink(ports, item.connection, lifeMs)).url,
    })),
  );
}

/** Who will not be ready, each with a link to log in. */
export async function linkedReadiness(
  ports: Ports,
  tenant: string,
  wish: { readonly at?: number | undefined; readonly page: Page },
): Promise<LinkedReadiness> {
  const report = await readiness(ports, tenant, { ...wish, mayConnect: false });
  return { ...report, items: await linked(ports, report.items) };
}

/** All of them, page by page. */
export async function* everyNotReady(
  ports: Ports,
  tenant: string,
  at: number | undefined,
): AsyncGenerator<readonly LinkedNotReady[]> {
  let after: Page["after"];
  do {
    const { items, next } = await linkedReadiness(ports, tenant, { at, page: { limit: 200, after } });
    yield items;
    after = next ?? undefined;
  } while (after);
}
