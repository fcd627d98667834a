import { type AnyClient, endsAt, KunjiError, type Session } from "kunji";
import { isoOrNull } from "../domain/iso-time.js";
import { Problem } from "../domain/problem.js";
import { canBeRenewed } from "../domain/renewal.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { dueOfSession } from "./due-of-session.js";
import { keepNewer } from "./keep-newer.js";
import { markUnsure } from "./mark-unsure.js";
import { needLogin } from "./need-login.js";
import { openConnection, readAgain } from "./open-connection.js";
import { recordEvent } from "./record-event.js";
import { renewUnderLease } from "./renew-under-lease.js";

/** After its end an unsure session is given up, in ms. */
const giveUpMs = 86_400_000;

/** What the broker says of a session. */
export type Probed =
  | { readonly kind: "accepted"; readonly session: Session }
  | { readonly kind: "dead"; readonly reason: "broker_ended" | "account_mismatch" }
  | { readonly kind: "unreachable"; readonly code: string };

type Dead = Extract<Probed, { kind: "dead" }>;

const dead = (reason: Dead["reason"]): Dead => ({ kind: "dead", reason });

/** Asks the broker by its first call, a read. Where a vendor session alone has ended, that is renewed on the way. */
export async function askBroker(client: AnyClient, session: Session): Promise<Probed> {
  try {
    return { kind: "accepted", session: await client.prove(session) };
  } catch (error) {
    // Another gateway is at work on the vendor's session.
    if (error instanceof Problem && error.code === "busy") return { kind: "unreachable", code: "busy" };
    if (!(error instanceof KunjiError)) throw error;
    if (error.code === "account_mismatch") return dead("account_mismatch");
    // A vendor session that was logged out on purpose says nothing of the user's.
    if (error.code === "login_needed" && error.field === undefined) return dead("broker_ended");
    return { kind: "unreachable", code: error.code };
  }
}

async function markActive(ports: Ports, connection: Connection, session: Session): Promise<Connection> {
  const { tenant, id, generation, account, warnedSoonAt, warnedEveningAt } = connection;
  const change = {
    status: "active",
    reason: null,
    triedAt: null,
    triedWhat: null,
    dueAt: dueOfSession(ports, session, { warnedSoonAt, warnedEveningAt, reason: null }),
    at: ports.now(),
  } as const;
  const marked = await ports.store.transaction(async (parts) => {
    const active = await parts.connections.change(tenant, id, { generation, status: ["unsure"] }, change);
    if (!active) return undefined;
    await parts.changes.announce({ tenant, kind: "connection", id });
    const ends_at = isoOrNull(active.endsAt);
    await recordEvent(parts, ports, tenant, {
      type: "connection.active",
      connection: id,
      data: { account, generation, ends_at },
    });
    return active;
  });
  return marked ?? readAgain(ports, connection);
}

/**
 * Finds out whether an unsure connection's session lives, under a lease that `owner` holds: by the broker's first call while its
 * end lies ahead, else, and where the broker says that it is dead, by one more renewal. What stays unknown stays unsure, until a
 * day after the session's end. Answers what is on file afterwards.
 */
export async function probeSession(ports: Ports, connection: Connection, owner: string): Promise<Connection> {
  const { reason, triedAt, updatedAt } = connection;
  const { client, session } = await openConnection(ports, connection);
  if (!session) return connection;
  const end = endsAt(session, ports.now());
  if (ports.now() >= (end.known ? end.at : (triedAt ?? updatedAt)) + giveUpMs)
    return needLogin(ports, connection, "outcome_unknown");
  const probed = end.ended ? dead("broker_ended") : await askBroker(client, session);
  if (probed.kind === "unreachable") return markUnsure(ports, connection, probed.code);
  if (probed.kind === "accepted") {
    return keepNewer(ports, await markActive(ports, connection, session), probed.session);
  }
  if (
    probed.reason === "broker_ended" &&
    canBeRenewed({ traits: client.traits, session, reason }, ports.now())
  )
    return renewUnderLease(ports, connection, owner, true);
  return needLogin(ports, connection, end.ended ? "session_over" : probed.reason);
}
