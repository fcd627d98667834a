import { nextDaily } from "kunji";
import { type DailyEnd, dailyEnds } from "../domain/daily-ends.js";
import type { Ports } from "../ports/ports.js";
import { settingsOf } from "./cut-offs.js";
import type { Stretch } from "./day-window.js";

const day = 86_400_000;

/**
 * When to log in for a moment that lies ahead, where a login now ends before it whatever one does: from the last daily end before
 * it on. `undefined` where a login now may last.
 * @param now ms since 1970, UTC, as `at`
 */
export function windowBefore(ends: readonly DailyEnd[], now: number, at: number): Stretch | undefined {
  const last = ends.map(({ time, utcOffset }) => nextDaily(time, utcOffset, at - day));
  const from = Math.max(0, ...last);
  return from > now && from < at ? { from, until: at } : undefined;
}

/** The daily ends of a tenant's apps by their ids. @throws StoreProblem */
export async function dailyEndsOf(
  ports: Pick<Ports, "store" | "vault" | "brokers">,
  tenant: string,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, readonly DailyEnd[]>> {
  const apps = await Promise.all([...new Set(ids)].map((id) => ports.store.apps.get(tenant, id)));
  return new Map(
    apps.flatMap((app) =>
      app ? [[app.id, dailyEnds(ports.brokers.traits[app.broker], settingsOf(ports, app))] as const] : [],
    ),
  );
}
