import { type AnyClient, endsAt, type Session } from "kunji";
import { Problem, type ProblemCode } from "../domain/problem.js";
import { canBeRenewed } from "../domain/renewal.js";
import type { App } from "../ports/apps.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { needLogin } from "./need-login.js";
import { openConnection } from "./open-connection.js";
import { refreshSession } from "./refresh-session.js";

/** A connection whose session can be called with. */
export interface LiveSession {
  readonly connection: Connection;
  readonly app: App;
  readonly client: AnyClient;
  readonly session: Session;
}

export interface LiveSessionWish {
  /** How long the session must last, in ms; 0 by default. A session whose end nobody knows is taken to. */
  readonly minMs?: number;
}

/** How a connection's session stands: it can be used, a renewal is worth a try, or what to say of it. */
type Standing =
  | { readonly kind: "live"; readonly live: LiveSession }
  | { readonly kind: "renewable" }
  | { readonly kind: "over"; readonly code: ProblemCode; readonly ended: boolean };

async function standing(ports: Ports, connection: Connection, minMs: number): Promise<Standing> {
  const over = (code: ProblemCode, ended = false): Standing => ({ kind: "over", code, ended });
  const { status, reason } = connection;
  if (status === "closed") return over("connection_closed");
  if (status !== "active" && status !== "unsure") return over("login_needed");
  const { app, client, session } = await openConnection(ports, connection);
  if (!session?.confirmed) return over("login_needed");
  const now = ports.now();
  const end = endsAt(session, now);
  const left = end.known ? end.at - now : Number.POSITIVE_INFINITY;
  if (left > 0 && left >= minMs) return { kind: "live", live: { connection, app, client, session } };
  if (status === "unsure") return over("connection_unsure");
  if (canBeRenewed({ traits: client.traits, session, reason }, now)) return { kind: "renewable" };
  return left > 0 ? over("session_too_short") : over("login_needed", true);
}

/**
 * A connection's session, to be used now. One that has ended by its own clocks is dead here and now, whatever was on file; one
 * that the broker renews is renewed first where it has ended or is too short. An unsure one may be used while its end lies ahead.
 * @throws Problem `not_found`, `connection_closed`, `login_needed`, `connection_unsure`, `session_too_short`, `busy`,
 *   `app_unusable`; StoreProblem, VaultError
 */
export async function liveSession(
  ports: Ports,
  tenant: string,
  id: string,
  { minMs = 0 }: LiveSessionWish = {},
): Promise<LiveSession> {
  const connection = await ports.store.connections.get(tenant, id);
  if (!connection) throw new Problem("not_found");
  const { broker } = connection;
  const stop = async ({ code, ended }: Extract<Standing, { kind: "over" }>, row: Connection) => {
    if (ended) await needLogin(ports, row, "session_over");
    return new Problem(code, { broker });
  };
  const first = await standing(ports, connection, minMs);
  if (first.kind === "live") return first.live;
  if (first.kind === "over") throw await stop(first, connection);
  const renewed = await refreshSession(ports, tenant, id, connection.generation);
  const second = await standing(ports, renewed, minMs);
  if (second.kind === "live") return second.live;
  if (second.kind === "over") throw await stop(second, renewed);
  // The broker had no time for it, or renews for less than was asked for.
  if (renewed.generation !== connection.generation) throw new Problem("session_too_short", { broker });
  throw new Problem("busy", { broker, retryAfterS: 5 });
}
