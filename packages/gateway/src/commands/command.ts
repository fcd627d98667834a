import type { RandomBytes } from "../domain/random-text.js";
import type { Settings } from "../settings.js";

/** What a command works with. */
export interface CommandWorld {
  readonly settings: Settings;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly randomBytes: RandomBytes;
  /** ms since 1970, UTC */
  readonly now: () => number;
  /** Waits so many ms. */
  readonly wait: (ms: number) => Promise<unknown>;
  /** Takes a line for the person. */
  readonly say: (line: string) => void;
}

/** One word of `kunji-gateway`. */
export interface Command {
  /** Its usage and what it does, a line of `--help`. */
  readonly help: string;
  /** What is wrong is thrown, as an error with a sentence for the person. */
  run(args: readonly string[], world: CommandWorld): Promise<void>;
}
