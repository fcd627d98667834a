import { type BrokerId, Secret, type Session, sessionFrom, toStored } from "kunji";
import { type HashedKind, hashOf } from "../domain/hashed.js";
import { sealedPlaces, slotAt } from "../domain/sealed-places.js";
import type { Slot } from "../domain/slot.js";
import type { Code, CodeClaim } from "../ports/codes.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import type { StoreParts } from "../ports/store.js";
import { sessionColumns } from "./seal-session.js";

/** How long a new session waits to be confirmed, in ms. */
const waitMs = 600_000;

const slot = (tenant: string, hash: string): Slot => slotAt(sealedPlaces.waitingSession, tenant, hash);

/** A session whose broker has named its account. */
export type NamedSession = Session & { readonly account: string };

/** What a waiting session is found by: `confirmation`, the user's answer on the gateway's page; `code`, the tenant's. */
type WaitingFor = Extract<HashedKind, "confirmation" | "code">;

const hashFor = (kind: WaitingFor, word: Secret): string => Buffer.from(hashOf(kind, word)).toString("hex");

/** The row of a session that waits for a word. It seals: call it before a transaction, never within one. */
export async function waitingRow(
  ports: Pick<Ports, "vault" | "now" | "brokers">,
  { tenant, id, generation }: Pick<Connection, "tenant" | "id" | "generation">,
  kind: WaitingFor,
  word: Secret,
  session: NamedSession,
): Promise<Code> {
  const hash = hashFor(kind, word);
  const createdAt = ports.now();
  const { carriedUntil: _, ...columns } = sessionColumns(ports, session);
  return {
    ...columns,
    tenant,
    hash,
    connection: id,
    generation,
    account: session.account,
    sealedSession: await ports.vault.seal(slot(tenant, hash), new Secret(toStored(session))),
    createdAt,
    expiresAt: createdAt + waitMs,
  };
}

/** False where the connection was closed meanwhile. */
export async function keepWaiting(parts: StoreParts, { tenant, ...row }: Code): Promise<boolean> {
  return (await parts.codes.add(tenant, row)) !== undefined;
}

type Waits = Pick<Connection, "tenant" | "id"> & { readonly broker: BrokerId };

/** @throws VaultError `sealed_unreadable`; KunjiError `session_unreadable` */
export function openWaiting(
  { vault }: Pick<Ports, "vault">,
  { tenant, broker }: Waits,
  row: Code,
): NamedSession {
  const session = sessionFrom(vault.open(slot(tenant, row.hash), row.sealedSession).reveal(), broker);
  return { ...session, account: row.account };
}

/**
 * The session that waits for this word, left where it is: whoever wants it takes its code with what they do with it, in
 * one transaction. `undefined` where none waits for it, or no more.
 * @throws VaultError `sealed_unreadable`; KunjiError `session_unreadable`
 */
export async function findWaiting(
  ports: Pick<Ports, "store" | "vault" | "now">,
  connection: Waits,
  kind: WaitingFor,
  word: Secret,
): Promise<{ readonly session: NamedSession; readonly claim: CodeClaim } | undefined> {
  const claim = { connection: connection.id, hash: hashFor(kind, word), now: ports.now() };
  const row = await ports.store.codes.find(connection.tenant, claim);
  return row && { session: openWaiting(ports, connection, row), claim };
}

/**
 * Takes the session that waits for this word: of any number of callers one gets it. `undefined`, with nothing taken, where
 * none waits for it, or no more.
 * @throws VaultError `sealed_unreadable`; KunjiError `session_unreadable`
 */
export async function takeWaiting(
  ports: Pick<Ports, "store" | "vault" | "now">,
  connection: Waits,
  kind: WaitingFor,
  word: Secret,
): Promise<NamedSession | undefined> {
  const claim = { connection: connection.id, hash: hashFor(kind, word), now: ports.now() };
  const row = await ports.store.codes.take(connection.tenant, claim);
  return row && openWaiting(ports, connection, row);
}
