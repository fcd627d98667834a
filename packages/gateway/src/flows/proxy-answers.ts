import type { Session } from "kunji";
import { errorCode } from "../domain/error-code.js";
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
  /**
   * Notes a call that the broker took, and keeps what newer tokens its answer hands out: of answers that come while one is
   * being kept, the last one's are kept after it. Never throws.
   */
  taken(entry: ProxyEntry, headers: AnswerHeaders): void;
  /** Waits until everything that was handed out is kept. */
  flush(): Promise<void>;
}

/** Notes the use of a session. `at` in ms since 1970, UTC */
export type NoteUse = (connection: Connection, session: Session, at: number) => void;

/** An answer with newer tokens, and what its call was made with. */
interface HandedOut {
  readonly entry: ProxyEntry;
  readonly headers: AnswerHeaders;
}

/** What is being kept of one login. */
interface Keeping {
  done: Promise<void>;
  /** What has come since. */
  latest?: HandedOut;
}

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
  const keeping = new Map<string, Keeping>();

  async function keep({ entry, headers }: HandedOut): Promise<void> {
    const { connection, session, client } = entry;
    try {
      const newer = client.newer(session, headersOf(headers));
      if (newer === session) return;
      await keepNewer(ports, connection, newer);
      cache.drop(connection.tenant, connection.id);
    } catch (error) {
      const facts = { connection: connection.id, code: errorCode(error) };
      ports.signals.warn("newer_session_unkept", facts);
    }
  }

  async function keepAll(key: string, first: HandedOut): Promise<void> {
    await keep(first);
    for (let latest = keeping.get(key)?.latest; latest; latest = keeping.get(key)?.latest) {
      delete keeping.get(key)?.latest;
      await keep(latest);
    }
    keeping.delete(key);
  }

  /** One after the other for each login, so that what was handed out last stays. */
  function handOver(handedOut: HandedOut): void {
    const { connection, session } = handedOut.entry;
    const key = JSON.stringify([connection.tenant, connection.id, session.startedAt]);
    const running = keeping.get(key);
    if (running) running.latest = handedOut;
    else {
      const begun: Keeping = { done: Promise.resolve() };
      keeping.set(key, begun);
      begun.done = keepAll(key, handedOut);
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
      } catch (error) {
        const facts = { connection: connection.id, code: errorCode(error) };
        ports.signals.warn("session_end_unkept", facts);
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
        if (headers[name] !== undefined) return handOver({ entry, headers });
    },

    async flush() {
      while (keeping.size > 0) await Promise.all([...keeping.values()].map(({ done }) => done));
    },
  };
}
