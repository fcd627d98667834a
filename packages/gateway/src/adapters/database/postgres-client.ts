import type { EventEmitter } from "node:events";
import { Client, type ClientConfig, type QueryConfig } from "pg";

/** How a client behaves besides what the driver knows; times in ms. */
export interface WatchedConfig extends ClientConfig {
  /** How long a read, or a transaction's begin, may take: the database answers those at once. */
  readonly promptMs?: number | undefined;
  /** Whether a server that takes no changes is left: one that stands by, or was fenced off, knows what was and not what is. */
  readonly mustWrite?: boolean | undefined;
}

/** What a server tells of itself, by itself, when a connection begins and when it changes: both are `off` at one that takes changes. */
const refusals: ReadonlySet<string> = new Set(["in_hot_standby", "default_transaction_read_only"]);

interface ParameterStatus {
  readonly parameterName: string;
  readonly parameterValue: string;
}

/** The server behind a client takes no changes: the database's own code for a change that was tried. */
class TakesNoChanges extends Error {
  override readonly name = "TakesNoChanges";
  readonly code = "25006";
}

/** The driver says it in these words alone. */
const readTimeout = "Query read timeout";
/** A read that takes its time says so in a comment before its first word. */
const prompt = /^\s*(?:select|begin)\b/i;

/** The clients of a pool, and when each was answered last: by a count of questions, not a clock. */
export class Watch {
  readonly answered = new Map<WatchedClient, number>();
  questions = 0;
}

/**
 * A client that ends itself where the database has not answered in time: the driver would use it again, and whatever is
 * asked next would wait behind the question that nobody answers. It ends itself too where it must write and the server takes
 * no changes; what that has answered is not told.
 */
export class WatchedClient extends Client {
  readonly #promptMs: number | undefined;
  readonly #watch: Watch;
  #asking = 0;
  #isCut = false;
  readonly #refusing = new Set<string>();

  constructor(config: WatchedConfig, watch = new Watch()) {
    super(config);
    this.#promptMs = config.promptMs;
    this.#watch = watch;
    this.on("end", () => watch.answered.delete(this));
    if (!config.mustWrite) return;
    const { connection } = this as unknown as { readonly connection: EventEmitter };
    connection.on("parameterStatus", ({ parameterName: name, parameterValue }: ParameterStatus) => {
      if (!refusals.has(name)) return;
      if (parameterValue === "on") this.#refusing.add(name);
      else this.#refusing.delete(name);
    });
  }

  /** Ends it without a word to the database, which may not hear it. */
  cut(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    // The driver's own end waits for the database's, unless a question is open.
    this.end().catch(() => undefined);
    const { connection } = this as unknown as { readonly connection: { stream: { destroy(): void } } };
    connection.stream.destroy();
  }

  /** Of the driver's ways to ask, those that answer by a promise: Kysely and this gateway use no other. */
  override query = (async (asked: string | QueryConfig, values?: unknown[]) => {
    const query = typeof asked === "string" ? { text: asked, values } : asked;
    const waits = this.getTransactionStatus() === "T" || !prompt.test(query.text);
    const limits = waits || this.#promptMs === undefined ? {} : { query_timeout: this.#promptMs };
    const question = ++this.#watch.questions;
    this.#asking++;
    try {
      if (this.#refusing.size > 0) throw new TakesNoChanges();
      const answer = await super.query({ ...query, ...limits } as QueryConfig);
      // The server tells it before it is ready for the next question.
      if (this.#refusing.size > 0) throw new TakesNoChanges();
      this.#watch.answered.set(this, this.#watch.questions);
      return answer;
    } catch (error) {
      const silent = error instanceof Error && error.message === readTimeout;
      if (silent || error instanceof TakesNoChanges) this.#leave(question);
      throw error;
    } finally {
      this.#asking--;
    }
  }) as Client["query"];

  /** Ends this client, and the idle ones without an answer since its question: they are as dead, or soon made anew. */
  #leave(question: number): void {
    this.cut();
    for (const [other, answered] of this.#watch.answered) {
      if (answered >= question || other.#asking > 0 || other.getTransactionStatus() === "T") continue;
      // So the pool takes it out at once.
      other.emit("error", new Error("Connection terminated"));
      other.cut();
    }
  }
}
