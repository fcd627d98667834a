import type { BrokerId } from "kunji";
import type { Ports } from "../ports/ports.js";
import { type CutOff, cutOffs } from "./cut-offs.js";
import { type DaySessions, daySessions } from "./day-sessions.js";
import { dayWindow, type MarketHours, marketHours, type Stretch } from "./day-window.js";

/** What of a broker a picture says. */
export interface PicturedBroker {
  readonly name: string;
  readonly country: "IN" | "US";
}

/** The sessions of a day against the markets' hours. Times are ms since 1970, UTC. */
export interface DayPicture extends Stretch {
  readonly now: number;
  /** The moment that was asked for, where it can be drawn. */
  readonly chosen: number | undefined;
  readonly markets: readonly MarketHours[];
  readonly cutOffs: readonly CutOff[];
  readonly brokers: Readonly<Record<BrokerId, PicturedBroker>>;
  readonly sessions: DaySessions;
}

/** @param chosen a moment that is looked at besides, ms since 1970, UTC */
export async function dayPicture(ports: Ports, tenant: string, chosen?: number): Promise<DayPicture> {
  const now = ports.now();
  const stretch = dayWindow(ports.markets, now, chosen);
  return {
    ...stretch,
    now,
    chosen: chosen !== undefined && chosen < stretch.until ? chosen : undefined,
    markets: marketHours(ports.markets, stretch, now),
    cutOffs: await cutOffs(ports, tenant, stretch),
    brokers: ports.brokers.traits,
    sessions: await daySessions(ports, tenant, stretch),
  };
}
