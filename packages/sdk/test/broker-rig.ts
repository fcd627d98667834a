import { beforeEach } from "vitest";
import type { AutosharesClient, BrokerId, NuvamaClient, Options, RmoneyClient } from "../src/index.js";
import { type Attempt, KunjiError, type Session, type VenturaClient, type ZebuClient } from "../src/index.js";
import { type Presets, rig } from "./rig.js";

/** A weekday morning in India: no broker's daily end is near. */
export const morning = "2026-11-23T10:00:00+05:30";
export const morningMs = Date.parse(morning);

export interface Clients {
  readonly ventura: VenturaClient;
  readonly autoshares: AutosharesClient;
  readonly nuvama: NuvamaClient;
  readonly zebu: ZebuClient;
  readonly rmoney: RmoneyClient;
}

interface Redirecting<B extends BrokerId> {
  begin(input?: { readonly state?: string }): Promise<{ readonly url: string; readonly attempt: Attempt<B> }>;
  complete(attempt: Attempt<B>, url: string): Promise<Session<B>>;
}

export type Fetch = NonNullable<Options["fetch"]>;
type App = Readonly<Record<string, unknown>>;

/** A rig for one broker: each test begins with the presets, an empty ledger and the clock standing at `morning`. */
export function brokerRig<B extends BrokerId>(id: B) {
  const base = rig();
  let presets: Presets[B];
  beforeEach(async () => {
    base.sandbox.reset();
    await base.at(morning);
    presets = (await base.presets())[id];
  });
  const fetch: Fetch = (url, init) => base.sandbox.fetch(url, init);

  return {
    ...base,
    /** The sandbox's own `fetch`, to be wrapped. */
    fetch,
    app: () => presets.app,
    users: () => presets.users,
    open: async (app: App = {}, options: Options & App = {}): Promise<Clients[B]> =>
      (await base.client(id, app, options)) as unknown as Clients[B],
    /** The callback that answers this login's URL, without a browser. */
    back: (url: string, more: App = {}) => base.callback(id, url, more),
    /** A whole login. Nuvama's counts as proven, without the call that proves it: `nuvama.proof.test.ts` is about that. */
    async login(client: Redirecting<B>, more: App = {}): Promise<Session<B>> {
      const { url, attempt } = await client.begin();
      const session = await client.complete(attempt, await base.callback(id, url, more));
      return id === "nuvama" ? { ...session, confirmed: true } : session;
    },
    received: (path?: string) => base.ledger(id, path),
    fault: (fault: string, path: string, more: App = {}) =>
      base.steer("faults", { broker: id, fault, path, ...more }),
  };
}

/** The typed error that a promise ends with; anything else fails the test. */
export async function failure(promise: Promise<unknown>): Promise<KunjiError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof KunjiError) return error;
    throw error;
  }
  throw new Error("It succeeded.");
}
