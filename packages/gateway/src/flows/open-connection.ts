import type { AnyClient, Session } from "kunji";
import { Problem } from "../domain/problem.js";
import type { App } from "../ports/apps.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { openApp } from "./open-app.js";
import { openSession } from "./seal-session.js";

/** A connection with what its calls need, opened. */
export interface OpenConnection {
  readonly app: App;
  readonly client: AnyClient;
  /** Absent where the connection has none. */
  readonly session: Session | undefined;
}

/** @throws Problem `app_unusable`; VaultError `sealed_unreadable` */
export async function openConnection(ports: Ports, connection: Connection): Promise<OpenConnection> {
  const { tenant, app: id, broker } = connection;
  const app = await ports.store.apps.get(tenant, id);
  if (!app) throw new Problem("app_unusable", { broker });
  return { app, client: openApp(ports, app, connection), session: openSession(ports, connection) };
}

/** The connection as it is on file now. @throws Problem `not_found` */
export async function readAgain(
  { store }: Pick<Ports, "store">,
  { tenant, id }: Pick<Connection, "tenant" | "id">,
): Promise<Connection> {
  const current = await store.connections.get(tenant, id);
  if (!current) throw new Problem("not_found");
  return current;
}
