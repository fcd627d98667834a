import type { Secret } from "kunji";
import { buildConnector, Client, type Dispatcher, Pool, ProxyAgent, fetch as undiciFetch } from "undici";
import type { Egress, EgressTrial } from "../../ports/egress.js";
import { begunInTime } from "../upstream/begun-in-time.js";
import { type Lookup, TargetRefused } from "../webhooks/checked-connector.js";
import { type EgressTargets, proxyConnector } from "./proxy-connector.js";

/** How proxies are reached; times in ms. */
export interface EgressOptions {
  readonly targets: EgressTargets;
  /** All addresses of a name; the machine's own resolver by default. */
  readonly lookup?: Lookup | undefined;
  /** Connects to one address, which stands as the host. */
  readonly connect?: buildConnector.connector | undefined;
  /** How long a connection to a proxy, and then its tunnel, may take to come about; 5 s by default. */
  readonly connectMs?: number | undefined;
  /** How long a broker may be silent before and within its answer; 30 s by default. */
  readonly silenceMs?: number | undefined;
  /** How many connections a proxy may have to one origin; a call beyond waits for one. 128 by default. */
  readonly connections?: number | undefined;
  /** For how many proxies connections are kept; 1,000 by default. */
  readonly most?: number | undefined;
}

/** The proxies, with what sends by each of them. */
export interface UndiciEgress extends Egress {
  /** Sends by the proxy alone: where that fails, so does the call. */
  dispatcherOf(proxy: Secret): Dispatcher;
}

const defaultPorts: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

/** `host:port`, as `CONNECT` takes it. */
function authorityOf(origin: string): string {
  const { hostname, port, protocol } = new URL(origin);
  return `${hostname}:${port || defaultPorts[protocol]}`;
}

function credentialsOf({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(plain).toString("base64")}` };
}

/** Whether the proxy lay where the gateway may not go, somewhere among an error's causes. */
function isRefusal(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof TargetRefused) return true;
  return false;
}

/** Proxies by way of undici's `ProxyAgent`, each with its own connections. Everything goes through a tunnel (`CONNECT`). */
export function createEgress(options: EgressOptions): UndiciEgress {
  const { targets, lookup, connectMs = 5_000, silenceMs = 30_000, connections = 128, most = 1_000 } = options;
  const { connect = buildConnector({ timeout: connectMs, allowH2: false }) } = options;
  const connector = proxyConnector(connect, targets, lookup);
  const agents = new Map<string, ProxyAgent>();

  const newAgent = (uri: string): ProxyAgent =>
    new ProxyAgent({
      uri,
      proxyTunnel: true,
      connections,
      pipelining: 1,
      allowH2: false,
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
      clientFactory: (origin) =>
        new Pool(origin, { connect: connector, allowH2: false, headersTimeout: connectMs }),
    });

  function dispatcherOf(proxy: Secret): ProxyAgent {
    const uri = proxy.reveal();
    const agent = agents.get(uri) ?? newAgent(uri);
    // The one that was used last stands last.
    agents.delete(uri);
    const [oldest] = agents.size >= most ? agents : [];
    if (oldest) {
      agents.delete(oldest[0]);
      void oldest[1].close().catch(() => undefined);
    }
    agents.set(uri, agent);
    return agent;
  }

  return {
    dispatcherOf,

    async try(proxy, origin): Promise<EgressTrial> {
      const url = new URL(proxy.reveal());
      const authority = authorityOf(origin);
      const client = new Client(url.origin, {
        connect: connector,
        allowH2: false,
        headersTimeout: connectMs,
      });
      try {
        const headers = { host: authority, ...credentialsOf(url) };
        const signal = AbortSignal.timeout(2 * connectMs);
        const { statusCode, socket } = await client.connect({ path: authority, headers, signal });
        socket.on("error", () => undefined).destroy();
        return statusCode === 200 ? "reached" : "unreachable";
      } catch (error) {
        return isRefusal(error) ? "refused" : "unreachable";
      } finally {
        void client.destroy().catch(() => undefined);
      }
    },

    async fetch(proxy, url, init) {
      type Init = Parameters<typeof undiciFetch>[1];
      const dispatcher = dispatcherOf(proxy).compose(begunInTime);
      const answer = await undiciFetch(url, { ...init, dispatcher } as Init);
      return answer as unknown as Response;
    },

    async close() {
      const closing = [...agents.values()];
      agents.clear();
      await Promise.all(closing.map((agent) => agent.destroy()));
    },
  };
}
