import type { BrokerId } from "kunji";
import type { NewSession } from "../../../src/ports/connections.js";
import type { Store } from "../../../src/ports/store.js";
import { newConnection, newSession } from "../../support/rows.js";
import { returnUrl } from "../../support/world.js";

interface Place {
  readonly store: Store;
  now(): number;
}

export interface WantedConnection {
  readonly id: string;
  readonly broker: BrokerId;
  readonly user?: string;
  readonly returnUrl?: string;
  /** None where it is left out. */
  readonly session?: Partial<NewSession> | undefined;
}

/** A connection of a tenant at the app with the broker's name, with a session that began two hours ago. */
export async function addConnection(
  { store, now }: Place,
  tenant: string,
  { id, broker, user = `user of ${id}`, returnUrl: back = returnUrl, session }: WantedConnection,
): Promise<void> {
  const facts = newConnection({ id, app: broker, user, returnUrl: back, at: now() });
  if (!(await store.connections.add(tenant, facts))) throw new Error(`not added: ${id}`);
  if (!session) return;
  const startedAt = now() - 7_200_000;
  const row = newSession("session", { account: `account of ${id}`, startedAt, carriedUntil: 0, ...session });
  await store.connections.putSession(tenant, id, 0, row);
}

/** The connection's session ends, as the gateway's own clocks end it. */
export async function endSession({ store, now }: Place, tenant: string, id: string): Promise<void> {
  const { generation = 0 } = (await store.connections.get(tenant, id)) ?? {};
  const gone = { status: "login_needed", reason: "session_over", sealedSession: null, endsAt: null } as const;
  const changed = await store.connections.change(tenant, id, { generation }, { ...gone, at: now() });
  if (!changed) throw new Error(`not ended: ${id}`);
}
