import { createHash } from "node:crypto";
import { endsAt, Secret, type Session, sessionFrom, toStored } from "kunji";
import { carriedUntil } from "../domain/renewal.js";
import { sealedPlaces, slotAt } from "../domain/sealed-places.js";
import type { Slot } from "../domain/slot.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";

/** Where a connection's session is sealed. */
export const sessionSlot = (tenant: string, connection: string): Slot =>
  slotAt(sealedPlaces.connectionSession, tenant, connection);

/** Equal for logins that share one session at the broker, as it gives it to an account that logs in again; a hash. */
export function sessionKeyOf({ brokers }: Pick<Ports, "brokers">, session: Session): string {
  const { sharedSecret } = brokers.traits[session.broker];
  const tokens = Object.entries(session.secrets)
    .filter(([name]) => sharedSecret === undefined || name === sharedSecret)
    .map(([name, secret]) => [name, secret.reveal()]);
  return createHash("sha256")
    .update(`kunji:session:v1\0${JSON.stringify(tokens.sort())}`)
    .digest("base64url");
}

/** The columns of a session that stand beside its sealed text. */
export function sessionColumns(ports: Pick<Ports, "brokers">, session: Session) {
  const end = endsAt(session, session.usedAt);
  const traits = ports.brokers.traits[session.broker];
  return {
    sessionKey: sessionKeyOf(ports, session),
    startedAt: session.startedAt,
    usedAt: session.usedAt,
    endsAt: end.known ? end.at : null,
    carriedUntil: carriedUntil({ traits, session }),
  };
}

/** Seals a session for its connection's row. Call it before a transaction, never within one. */
export const sealSession = (
  { vault }: Pick<Ports, "vault">,
  tenant: string,
  connection: string,
  session: Session,
): Promise<Uint8Array> => vault.seal(sessionSlot(tenant, connection), new Secret(toStored(session)));

/**
 * The connection's session, with the last use that is on file; `undefined` where it has none.
 * @throws VaultError `sealed_unreadable`; KunjiError `session_unreadable`
 */
export function openSession({ vault }: Pick<Ports, "vault">, connection: Connection): Session | undefined {
  const { tenant, id, broker, sealedSession, usedAt } = connection;
  if (!sealedSession) return undefined;
  const session = sessionFrom(vault.open(sessionSlot(tenant, id), sealedSession).reveal(), broker);
  return { ...session, usedAt: Math.max(session.usedAt, usedAt ?? 0) };
}
