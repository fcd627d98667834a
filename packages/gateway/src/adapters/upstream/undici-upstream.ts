import type { Secret } from "kunji";
import { type Dispatcher, Pool } from "undici";
import type { Upstream } from "../../ports/upstream.js";

/** What connections to brokers are held to; times in ms. */
export interface UpstreamOptions {
  /** How many connections one origin may have; a call beyond waits for one. 128 by default. */
  readonly connections?: number | undefined;
  /** How long a connection may take to come about; 5 s by default. */
  readonly connectMs?: number | undefined;
  /** How long a broker may be silent before and within its answer; 30 s by default. */
  readonly silenceMs?: number | undefined;
  /** What sends by a proxy; without it no call that has one is sent. */
  readonly byProxy?: ((proxy: Secret) => Dispatcher) | undefined;
}

const timeouts: ReadonlySet<unknown> = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

type Dispatched = Parameters<Pool["dispatch"]>[0];

/** The brokers' servers by way of undici's dispatcher, one pool for each origin. Calls with a proxy go by that alone. */
export function createUpstream(options: UpstreamOptions = {}): Upstream {
  const { connections = 128, connectMs = 5_000, silenceMs = 30_000, byProxy } = options;
  const pools = new Map<string, Pool>();

  function poolOf(origin: string): Pool {
    const known = pools.get(origin);
    if (known) return known;
    // HTTP/1.1 alone: one call on a connection at a time, so that one that fails takes no other along.
    const pool = new Pool(origin, {
      connections,
      pipelining: 1,
      allowH2: false,
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
      connect: { timeout: connectMs },
    });
    pools.set(origin, pool);
    return pool;
  }

  function dispatcherOf(origin: string, proxy: Secret | undefined): Dispatcher {
    if (!proxy) return poolOf(origin);
    if (!byProxy) throw new Error("There is nothing to send by a proxy with.");
    return byProxy(proxy);
  }

  return {
    send({ egress, ...call }, handler) {
      try {
        dispatcherOf(call.origin, egress).dispatch(call as Dispatched, handler);
      } catch (error) {
        handler.onResponseError(undefined, error instanceof Error ? error : new Error("not sent"));
      }
    },
    isFull: (origin, egress) => !egress && (pools.get(origin)?.stats.size ?? 0) >= connections,
    timedOut: (error) => error instanceof Error && timeouts.has(Reflect.get(error, "code")),
    async close() {
      const closing = [...pools.values()];
      pools.clear();
      await Promise.all(closing.map((pool) => pool.destroy()));
    },
  };
}
