import { isoOf } from "../domain/iso-time.js";
import { marketOf } from "../domain/market-days.js";
import { eveningBefore } from "../domain/schedule.js";
import type { Connection, ConnectionChange } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { makeConnectLink, sentLinkMs } from "./connect-link.js";
import { recordEvent } from "./record-event.js";

/** What a user is to be told of a session's end now, and what is written down once they are. */
export interface DueWarning {
  readonly data: Readonly<Record<string, string | boolean>>;
  readonly change: Pick<ConnectionChange, "warnedSoonAt" | "warnedEveningAt">;
}

/** The warning that is due now and was not given yet. Where both are, the nearer one says it all. */
export function dueWarning(ports: Ports, connection: Connection, endsAt: number): DueWarning | undefined {
  const { brokers, markets, foresight } = ports;
  const { broker, startedAt, warnedSoonAt, warnedEveningAt } = connection;
  const now = ports.now();
  const market = markets[marketOf[brokers.traits[broker].country]];
  const evening =
    warnedEveningAt === null
      ? eveningBefore({ startedAt: startedAt ?? 0, endsAt, market, foresight })
      : undefined;
  const eveningDue = evening !== undefined && evening.at <= now;
  if (warnedSoonAt === null && endsAt - foresight.endsSoonMs <= now)
    return {
      data: { why: "soon" },
      change: { warnedSoonAt: now, ...(eveningDue && { warnedEveningAt: now }) },
    };
  if (!eveningDue) return undefined;
  const { at, holidaysKnown } = evening.open;
  return {
    data: {
      why: "before_next_open",
      next_open: isoOf(at),
      holidays_known: holidaysKnown,
    },
    change: { warnedEveningAt: now },
  };
}

/** Tells, once, that a session ends, with a link to log in again. Nothing happens where the connection has changed since. */
export async function warnOfEnd(
  ports: Ports,
  connection: Connection,
  endsAt: number,
  { data, change }: DueWarning,
  dueAt: number | null,
): Promise<void> {
  const { tenant, id, generation } = connection;
  const link = await makeConnectLink(ports, connection, sentLinkMs);
  await ports.store.transaction(async (parts) => {
    const warned = await parts.connections.change(
      tenant,
      id,
      { generation, status: ["active"] },
      { ...change, dueAt, at: ports.now() },
    );
    if (!warned) return;
    await recordEvent(parts, ports, tenant, {
      type: "connection.ends_soon",
      connection: id,
      data: {
        ...data,
        ends_at: isoOf(endsAt),
        connect_url: link.url,
        connect_url_expires_at: isoOf(link.expiresAt),
      },
    });
  });
}
