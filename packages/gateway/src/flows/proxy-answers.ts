import type { Session } from "kunji";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import type { AnswerHeaders } from "../ports/upstream.js";
import { endedByBroker } from "./ended-by-broker.js";
import { keepNewer } from "./keep-newer.js";
import type { ProxyEntry } from "./proxy-entry.js";
import type { SessionCache } from "./session-cache.js";

/** Whose session has ended. */
export type Whose = "user" | "vendor";

/** What a broker's answers mean for the session that they were got with. */
export interface ProxyAnswers {
  /** Whose session has ended by the word of an answer. `body` is its whole body, where it is short. */
  endedBy(entry: ProxyEntry, status: number, headers: AnswerHeaders, body?: Buffer): Whose | undefined;
  /** Writes it down and renews where that can be done. True where there is a newer session. Never throws. */
  ended(entry: ProxyEntry, whose: Whose): Promise<boolean>;
  /** Notes a call that the broker took, and keeps what newer tokens its answer hands out. Never throws. */
  taken(entry: ProxyEntry, headers: AnswerHeaders): void;
}

/** Notes the use of a session. `at` in ms since 1970, UTC */
export type NoteUse = (connection: Connection, session: Session, at: number) => void;

const noHeaders = new Headers();

function headersOf(headers: AnswerHeaders): Headers {
  const made = new Headers();
  for (const name in headers)
    for (const value of [headers[name] ?? []].flat()) {
      try {
        made.append(name, value);
      } catch {
        // A value that can't travel hands out nothing.
      }
    }
  return made;
}

const brace = "{".charCodeAt(0);
const blank = " ".charCodeAt(0);

/** The body's JSON object; `undefined` where it is none. */
function objectOf(body: Buffer): unknown {
  const first = body[0] ?? 0;
  if (first !== brace && first > blank) return undefined;
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

export function createProxyAnswers(ports: Ports, cache: SessionCache, noteUse: NoteUse): ProxyAnswers {
  const keeping = new WeakSet<ProxyEntry>();

  async function keep(entry: ProxyEntry, headers: AnswerHeaders): Promise<void> {
    const { connection, session, client } = entry;
    if (keeping.has(entry)) return;
    keeping.add(entry);
    try {
      const newer = client.newer(session, headersOf(headers));
      if (newer === session) return;
      await keepNewer(ports, connection, newer);
      cache.drop(connection.tenant, connection.id);
    } catch {
      ports.signals.warn("newer_session_unkept", { connection: connection.id });
    } finally {
      keeping.delete(entry);
    }
  }

  return {
    endedBy({ client }, status, headers, body) {
      // No broker says in the head of a successful answer that a session has ended.
      const head = status < 300 ? noHeaders : headersOf(headers);
      return client.ended({ status, headers: head, body: body && objectOf(body) });
    },

    async ended({ connection, app }, whose) {
      try {
        return (await endedByBroker(ports, connection, app, whose)) === "renewed";
      } catch {
        ports.signals.warn("session_end_unkept", { connection: connection.id });
        return false;
      } finally {
        cache.drop(connection.tenant, connection.id);
      }
    },

    taken(entry, headers) {
      const at = ports.now();
      cache.used(entry, at);
      noteUse(entry.connection, entry.session, at);
      for (const name of entry.authNames)
        if (headers[name] !== undefined) {
          void keep(entry, headers);
          return;
        }
    },
  };
}
