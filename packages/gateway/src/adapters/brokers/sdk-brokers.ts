import { type AnyBroker, type AnyClient, type BrokerId, brokers, type Options, type Origins } from "kunji";
import { Problem } from "../../domain/problem.js";
import type { Brokers, ClientWish } from "../../ports/brokers.js";

/** Hosts that the operator lists besides the brokers' published ones, by broker and by name. */
export type ListedEnvironments = Readonly<Partial<Record<BrokerId, Readonly<Record<string, Origins>>>>>;

/** What the brokers are reached with. */
export interface BrokersOptions extends Options {
  /** The sandbox's origin; without one there is no environment `sandbox`. */
  readonly sandboxUrl?: string | undefined;
  readonly listed?: ListedEnvironments | undefined;
}

const ids = Object.keys(brokers) as BrokerId[];

/** The brokers by way of the SDK. */
export function createBrokers({ sandboxUrl, listed = {}, ...options }: BrokersOptions): Brokers {
  const traits = Object.fromEntries(ids.map((id) => [id, brokers[id].traits])) as Brokers["traits"];

  function published(broker: BrokerId, environment: string): Origins | undefined {
    const { environments } = traits[broker];
    if (Object.hasOwn(environments, environment)) return environments[environment];
    const own = listed[broker] ?? {};
    return Object.hasOwn(own, environment) ? own[environment] : undefined;
  }

  function opener({ broker, environment, vendorStore }: ClientWish) {
    const maker: AnyBroker = brokers[broker];
    // A call that renewed a session by itself would do so behind the lease.
    const given = { ...options, renews: false, ...(vendorStore && { vendorStore }) };
    if (environment === "sandbox" && sandboxUrl !== undefined)
      return (app: Readonly<Record<string, unknown>>): AnyClient => maker.sandbox(sandboxUrl, app, given);
    const origins = published(broker, environment);
    if (!origins) throw new Problem("app_unusable", { broker, field: "environment" });
    return (app: Readonly<Record<string, unknown>>): AnyClient => maker.at(origins, app, given);
  }

  return {
    traits,
    environments: (broker) => [
      ...Object.keys(traits[broker].environments),
      ...Object.keys(listed[broker] ?? {}),
      ...(sandboxUrl === undefined ? [] : ["sandbox"]),
    ],
    open: (wish) => opener(wish)({ ...wish.settings, redirectUri: wish.redirectUri }),
  };
}
