import { type DestinationStream, destination, type Level, pino, stdTimeFunctions } from "pino";
import type { Logbook } from "../../ports/logbook.js";
import type { Signals } from "../../ports/signals.js";

/** How much is written down. `silent`: nothing. */
export type LogLevel = Extract<Level, "debug" | "info" | "warn" | "error"> | "silent";

/** A log of JSON lines. It takes chosen fields alone, never an object that somebody else made. */
export interface Log extends Logbook, Pick<Signals, "warn"> {
  /** Something about the gateway itself, in a sentence. */
  say(sentence: string): void;
  /** Writes what is not written yet. */
  flush(): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** The standard output by default. */
  readonly stream?: DestinationStream | undefined;
}

export function createLog({ level, stream }: LogOptions): Log {
  const out = stream ? undefined : destination({ dest: 1, sync: false });
  const logger = pino({ level, base: null, timestamp: stdTimeFunctions.isoTime }, stream ?? out);
  return {
    answered({ request, method, route, status, ms, tenant, key }) {
      logger.info({ request, method, route, status, ms, tenant, key }, "answered");
    },
    failed({ request, route, name, code, at }) {
      logger.error({ request, route, name, code, at }, "failed");
    },
    warn: (what, facts = {}) => logger.warn({ what, ...facts }, "look at this"),
    say: (sentence) => logger.info(sentence),
    flush() {
      try {
        out?.flushSync();
      } catch {
        // Whoever read the log has gone.
      }
    },
  };
}
