import {
  type AnyBroker,
  type AnyClient,
  type BrokerId,
  brokers,
  type Options,
  type Origins,
  type Secret,
} from "kunji";
import { Problem } from "../../domain/problem.js";
import type { Brokers, ClientWish } from "../../ports/brokers.js";
import type { Egress } from "../../ports/egress.js";
import { whileNotLate } from "../upstream/begun-in-time.js";
import { addressSeen, hostAnswers } from "./ask-host.js";
import { brokerFetch } from "./broker-fetch.js";

/** Hosts that the operator lists besides the brokers' published ones, by broker and by name. */
export type ListedEnvironments = Readonly<Partial<Record<BrokerId, Readonly<Record<string, Origins>>>>>;

/** What the brokers are reached with. */
export interface BrokersOptions extends Options {
  /** The sandbox's origin; without one there is no environment `sandbox`. */
  readonly sandboxUrl?: string | undefined;
  readonly listed?: ListedEnvironments | undefined;
  /** The proxies; without them no client with one is opened. */
  readonly egress?: Pick<Egress, "fetch"> | undefined;
  /** A clock that only goes forward, in ms; the machine's by default. */
  readonly monotonicMs?: (() => number) | undefined;
}

/** How long a broker's host may take to answer where nobody says, in ms. */
const usualTimeoutMs = 10_000;

const ids = Object.keys(brokers) as BrokerId[];

/** The brokers by way of the SDK. */
export function createBrokers(given: BrokersOptions): Brokers {
  const { sandboxUrl, listed = {}, egress, monotonicMs = () => performance.now(), ...others } = given;
  const options = { fetch: brokerFetch, ...others };
  const traits = Object.fromEntries(ids.map((id) => [id, brokers[id].traits])) as Brokers["traits"];

  function published(broker: BrokerId, environment: string): Origins | undefined {
    const { environments } = traits[broker];
    if (Object.hasOwn(environments, environment)) return environments[environment];
    const own = listed[broker] ?? {};
    return Object.hasOwn(own, environment) ? own[environment] : undefined;
  }

  /** What a client sends with: by its proxy alone where it has one. */
  function fetchOf(proxy: Secret): Pick<Options, "fetch"> {
    if (!egress) throw new Error("There is nothing to send by a proxy with.");
    return { fetch: (url, init) => egress.fetch(proxy, url, init) };
  }

  function opener({ broker, environment, vendorStore, egress: proxy }: ClientWish) {
    const maker: AnyBroker = brokers[broker];
    // A call that renewed a session by itself would do so behind the lease.
    const owned = {
      ...options,
      ...(proxy && fetchOf(proxy)),
      renews: false,
      ...(vendorStore && { vendorStore }),
    };
    if (environment === "sandbox" && sandboxUrl !== undefined)
      return (app: Readonly<Record<string, unknown>>): AnyClient => maker.sandbox(sandboxUrl, app, owned);
    const origins = published(broker, environment);
    if (!origins) throw new Problem("app_unusable", { broker, field: "environment" });
    return (app: Readonly<Record<string, unknown>>): AnyClient => maker.at(origins, app, owned);
  }

  const asking = { fetch: options.fetch, egress, timeoutMs: options.timeoutMs ?? usualTimeoutMs };

  return {
    traits,
    async answers({ broker, environment, egress: proxy }) {
      const api =
        environment === "sandbox" && sandboxUrl !== undefined
          ? sandboxUrl
          : published(broker, environment)?.api;
      if (api === undefined) throw new Problem("app_unusable", { broker, field: "environment" });
      return hostAnswers(new URL(api).origin, proxy, asking);
    },
    addressSeen: async (proxy) => (sandboxUrl === undefined ? null : addressSeen(sandboxUrl, proxy, asking)),
    environments: (broker) => [
      ...Object.keys(traits[broker].environments),
      ...Object.keys(listed[broker] ?? {}),
      ...(sandboxUrl === undefined ? [] : ["sandbox"]),
    ],
    open: (wish) => opener(wish)({ ...wish.settings, redirectUri: wish.redirectUri }),
    inTime(ms, work) {
      const last = monotonicMs() + ms;
      return whileNotLate(() => monotonicMs() > last, work);
    },
  };
}
