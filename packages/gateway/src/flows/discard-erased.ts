import { KunjiError, type Session } from "kunji";
import { VaultError } from "../domain/vault-error.js";
import type { Code } from "../ports/codes.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { discardSession } from "./discard-session.js";
import { openSession } from "./seal-session.js";
import { openWaiting } from "./waiting-session.js";

/** What was on file of a connection and is erased now. */
export interface Erased {
  /** The row before its session was erased, where it had one. */
  readonly connection: Connection;
  /** The sessions that waited for a word. */
  readonly waiting: readonly Code[];
}

/**
 * Logs out the sessions that were erased, each once, where the broker can and nobody else has them. What can't be opened is
 * told as a warning.
 */
export async function discardErased(ports: Ports, { connection, waiting }: Erased): Promise<void> {
  const { tenant, id } = connection;
  const read = (open: () => Session | undefined): Session | undefined => {
    try {
      return open();
    } catch (error) {
      if (!(error instanceof VaultError || error instanceof KunjiError)) throw error;
      ports.signals.warn("session_unreadable", { tenant, connection: id });
      return undefined;
    }
  };
  const sessions = new Map<string, Session | undefined>();
  for (const code of waiting)
    sessions.set(
      code.sessionKey ?? code.hash,
      read(() => openWaiting(ports, connection, code)),
    );
  if (connection.sealedSession)
    sessions.set(
      connection.sessionKey ?? "",
      read(() => openSession(ports, connection)),
    );
  const opened = [...sessions.values()].filter((session) => session !== undefined);
  const app = opened.length > 0 ? await ports.store.apps.get(tenant, connection.app) : undefined;
  if (app) await Promise.all(opened.map((session) => discardSession(ports, app, session, connection)));
}
