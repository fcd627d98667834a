import { endsAt, type Secret } from "kunji";
import { Problem } from "../domain/problem.js";
import type { ApiKey } from "../ports/api-keys.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { liveSession } from "./live-session.js";

/** What a call to the broker carries, and where it goes. */
export interface CallHeaders {
  readonly connection: Connection;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, Secret>>;
  /** ms since 1970, UTC; `null` where nobody knows. */
  readonly endsAt: number | null;
}

/**
 * Reads a connection's headers out, good for at least `minMs`. The reading is written down first: where it can't be, none is given.
 * @throws Problem as `liveSession` does
 */
export async function readHeaders(
  ports: Ports,
  { tenant, id: key }: ApiKey,
  connectionId: string,
  minMs: number,
): Promise<CallHeaders> {
  const { connection, client, session } = await liveSession(ports, tenant, connectionId, { minMs });
  const headers = await client.callHeaders(session);
  const at = ports.now();
  // It goes with the session that was opened: one that was renewed meanwhile has another number.
  const facts = { generation: connection.generation };
  const record = { at, key, action: "session.read", kind: "connection", id: connection.id, facts } as const;
  if (!(await ports.store.audit.append(tenant, record))) throw new Problem("not_found");
  const end = endsAt(session, at);
  return { connection, baseUrl: client.origins.api, headers, endsAt: end.known ? end.at : null };
}
