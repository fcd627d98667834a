import { type BrokerId, nextDaily } from "kunji";
import { type DailyEnd, dailyEnds } from "../domain/daily-ends.js";
import { Problem } from "../domain/problem.js";
import type { App } from "../ports/apps.js";
import type { Ports } from "../ports/ports.js";
import { openAppKeys } from "./app-keys.js";
import type { Stretch } from "./day-window.js";

/** A moment at which every session of some brokers' ends. */
export interface CutOff {
  /** ms since 1970, UTC */
  readonly at: number;
  readonly brokers: readonly BrokerId[];
  readonly by: DailyEnd["by"];
}

/** As many apps of a tenant are looked at. */
const mostApps = 100;

/** What an app has set; where its keys can't be opened, nothing: then the defaults stand. */
export function settingsOf(ports: Pick<Ports, "vault" | "brokers">, app: App) {
  try {
    return openAppKeys(ports, app);
  } catch (error) {
    if (error instanceof Problem) return {};
    throw error;
  }
}

/** The moments within a stretch at which sessions of a tenant's apps end day by day, in the order of time. */
export async function cutOffs(
  ports: Pick<Ports, "store" | "vault" | "brokers">,
  tenant: string,
  { from, until }: Stretch,
): Promise<readonly CutOff[]> {
  const { items: apps } = await ports.store.apps.list(tenant, { limit: mostApps });
  const found = new Map<string, { readonly at: number; readonly by: DailyEnd["by"]; brokers: BrokerId[] }>();
  for (const app of apps) {
    const traits = ports.brokers.traits[app.broker];
    for (const { time, utcOffset, by } of dailyEnds(traits, settingsOf(ports, app))) {
      for (let at = nextDaily(time, utcOffset, from - 1); at < until; at = nextDaily(time, utcOffset, at)) {
        const cutOff = found.get(`${at} ${by}`) ?? { at, by, brokers: [] };
        if (!cutOff.brokers.includes(app.broker)) cutOff.brokers.push(app.broker);
        found.set(`${at} ${by}`, cutOff);
      }
    }
  }
  return [...found.values()].sort((a, b) => a.at - b.at);
}
