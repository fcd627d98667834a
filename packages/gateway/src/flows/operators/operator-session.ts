import type { Secret } from "kunji";
import { hashOf } from "../../domain/hashed.js";
import { newToken } from "../../domain/random-text.js";
import type { ApiKey } from "../../ports/api-keys.js";
import type { FoundSession, OperatorSession, SignedIn, SignInNeed } from "../../ports/operator-sessions.js";
import type { StoreParts } from "../../ports/store.js";
import { everyCall, everyScope } from "../api-keys.js";
import type { OperatorPorts } from "./operator-ports.js";

/** A session lives so long at most, in ms, and so long without use. */
export const sessionMs = 12 * 60 * 60_000;
export const idleMs = 2 * 60 * 60_000;
/** What is left of a sign-in must be done within this, in ms. */
const stepMs = 10 * 60_000;
/** A use is written down at most so often, in ms. */
const touchMs = 60_000;
/** An operator has at most so many at a time. */
const mostSessions = 20;

/** Under which a session is looked up. */
const sessionHash = (cookie: Secret): string =>
  Buffer.from(hashOf("operator_session", cookie)).toString("hex");

/** Whose session begins, in which browser, and what is still asked for. */
export interface NewSession {
  readonly tenant: string;
  readonly operator: string;
  readonly browser: string;
  readonly needs: SignInNeed | null;
}

/** A row for a new session, and what its cookie holds. */
export function newSession(
  { wall, randomBytes }: Pick<OperatorPorts, "wall" | "randomBytes">,
  { operator, browser, needs }: NewSession,
): { readonly row: Omit<OperatorSession, "tenant">; readonly cookie: Secret } {
  const cookie = newToken(randomBytes);
  const at = wall();
  const id = `ops_${Buffer.from(randomBytes(12)).toString("hex")}`;
  const times = { createdAt: at, usedAt: at, expiresAt: at + (needs === null ? idleMs : stepMs) };
  return { row: { id, operator, browser, needs, hash: sessionHash(cookie), ...times }, cookie };
}

/** Puts a new session in the place of the one before, so that no cookie of an earlier step opens anything. */
export async function putSession(
  parts: StoreParts,
  tenant: string,
  row: Omit<OperatorSession, "tenant">,
  before?: string,
): Promise<void> {
  if (before !== undefined) await parts.operatorSessions.end(tenant, row.operator, before);
  await parts.operatorSessions.add(tenant, row, mostSessions);
}

/** What a session is looked up with. */
export interface SessionPorts extends Pick<OperatorPorts, "wall"> {
  readonly store: Pick<StoreParts, "waysIn" | "operatorSessions">;
}

/** The session that a cookie opens, whatever it still needs. */
export const findSession = (
  { store, wall }: SessionPorts,
  cookie: Secret,
): Promise<FoundSession | undefined> => store.waysIn.operatorSession(sessionHash(cookie), wall());

/** Who has signed in, by a session's cookie; `undefined` where it opens nothing, or not yet. */
export async function findSignedIn(
  ports: SessionPorts,
  cookie: Secret,
  { use }: { readonly use: boolean },
): Promise<SignedIn | undefined> {
  const found = await findSession(ports, cookie);
  if (!found || found.session.needs !== null) return undefined;
  const { session, operator, madeBy } = found;
  const { tenant, id, name } = operator;
  const at = ports.wall();
  if (use && at - session.usedAt >= touchMs) {
    const expiresAt = Math.min(at + idleMs, session.createdAt + sessionMs);
    await ports.store.operatorSessions.touch(tenant, id, session.id, { usedAt: at, expiresAt });
  }
  return { tenant, id, name, session: session.id, ofGateway: madeBy === null };
}

/** An operator as the flows know who asks: one may do within the tenant whatever a key could. */
export const actorOf = ({ tenant, id, name }: Pick<SignedIn, "tenant" | "id" | "name">): ApiKey => ({
  tenant,
  id,
  name,
  scopes: everyScope,
  calls: everyCall,
  createdAt: 0,
  endedAt: null,
});
