import type { Session } from "kunji";
import type { Connection, ConnectionSummary } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import type { StoreParts } from "../ports/store.js";
import { readAgain } from "./open-connection.js";
import { openSession, sealSession, sessionColumns } from "./seal-session.js";

/** How often a write is tried again where another one came first. */
const rounds = 5;

/** A connection that shares the session, with the session sealed for it. */
interface Sealed {
  readonly row: ConnectionSummary;
  readonly sealedSession: Uint8Array;
}

/** Stores the session as a connection's next generation; all else, the warnings too, stays as it is. */
async function put(ports: Ports, parts: StoreParts, session: Session, { row, sealedSession }: Sealed) {
  const { tenant, id, generation, warnedSoonAt, warnedEveningAt } = row;
  const { startedAt, account, dueAt, reason } = row;
  const usedAt = Math.max(session.usedAt, row.usedAt ?? 0);
  const stored = await parts.connections.putSession(tenant, id, generation, {
    ...sessionColumns(ports, { ...session, usedAt }),
    startedAt: startedAt ?? session.startedAt,
    sealedSession,
    account: account ?? session.account ?? "",
    dueAt,
    status: row.status === "unsure" ? "unsure" : "active",
    reason,
    warnedSoonAt,
    warnedEveningAt,
    at: ports.now(),
  });
  if (stored) await parts.changes.announce({ tenant, kind: "connection", id });
  return stored;
}

const sameSecrets = (one: Session, other: Session): boolean =>
  Object.entries(other.secrets).every(([name, secret]) => one.secrets[name]?.reveal() === secret.reveal());

const isLive = ({ status }: ConnectionSummary): boolean => status === "active" || status === "unsure";

/**
 * Keeps what the broker handed out with an answer: the session's newer values are written back as the next generation, on every
 * connection that shares it. Where another write came first it is read again; a connection that has had a login since, or has no
 * session any more, is left alone. Answers the connection as it is on file afterwards.
 * @throws Problem `not_found`; StoreProblem
 */
export async function keepNewer(ports: Ports, connection: Connection, session: Session): Promise<Connection> {
  const { store } = ports;
  const { tenant, id } = connection;
  for (let round = 0; round < rounds; round++) {
    const current = await readAgain(ports, connection);
    const onFile = isLive(current) ? openSession(ports, current) : undefined;
    if (!onFile || onFile.startedAt !== session.startedAt) return current;
    if (sameSecrets(onFile, session)) return current;
    const sharing = (await store.connections.sharing(tenant, id)).filter(isLive);
    const sealed = await Promise.all(
      [current, ...sharing].map(async (row): Promise<Sealed> => {
        const own = { ...session, startedAt: row.startedAt ?? session.startedAt };
        return { row, sealedSession: await sealSession(ports, tenant, row.id, own) };
      }),
    );
    const stored = await store.transaction(async (parts) => {
      await parts.connections.hold(
        tenant,
        sealed.map(({ row }) => row.id),
      );
      const [mine, ...others] = sealed;
      const kept = mine && (await put(ports, parts, session, mine));
      if (kept) for (const other of others) await put(ports, parts, session, other);
      return kept;
    });
    if (stored) return stored;
  }
  return readAgain(ports, connection);
}
