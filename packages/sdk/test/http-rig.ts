import type { Listening } from "@kunji/sandbox";
import { beforeAll } from "vitest";
import type { BrokerId, Options } from "../src/index.js";
import { rig } from "./rig.js";

/** A rig whose clients reach the sandbox through the platform's own `fetch`, over a socket. */
export function httpRig() {
  const base = rig();
  let listening: Listening;
  beforeAll(async () => {
    listening = await base.sandbox.listen({ host: "127.0.0.1", port: 0 });
  });
  const there = (url: string) => url.replace("http://127.0.0.1:4701", listening.origin);

  /** Everything about a login up to the one call that sends the code, the password or the vendor's keys. */
  async function readyToLogIn(id: BrokerId, options: Options = {}) {
    const broker = await base.client(id, {}, { fetch: (url, init) => fetch(there(url), init), ...options });
    const { app, users } = (await base.presets())[id];
    const secrets = Object.entries(app).flatMap(([name, value]) => (/url$/.test(name) ? [] : [value]));
    if (broker.loginVendor) {
      const send = (signal?: AbortSignal) =>
        broker.loginVendor?.(signal ? { signal } : {}) ?? Promise.reject();
      return { send: send as (signal?: AbortSignal) => Promise<object>, secrets };
    }
    if (broker.login) {
      const { username, password } = users[0] ?? { username: "", password: "" };
      const send = (signal?: AbortSignal) =>
        broker.login?.({ username, password, ...(signal && { signal }) }) ?? Promise.reject();
      return { send: send as (signal?: AbortSignal) => Promise<object>, secrets: [...secrets, password] };
    }
    const begun = await broker.begin?.();
    if (!begun || !broker.complete) throw new Error(`${id} has no login`);
    const back = await base.callback(id, begun.url);
    const send = (signal?: AbortSignal) =>
      broker.complete?.(begun.attempt, back, signal ? { signal } : {}) ?? Promise.reject();
    return {
      send: send as (signal?: AbortSignal) => Promise<object>,
      secrets: [...secrets, ...new URL(back).searchParams.values()],
    };
  }

  let newest = 0;
  return {
    ...base,
    origin: () => listening.origin,
    readyToLogIn,
    fault: (broker: BrokerId, fault: string, more: object = {}) =>
      base.steer("faults", { broker, fault, ...more }),
    /** What the sandbox, the trap included, has received since it was last asked. */
    async received(): Promise<
      readonly { readonly id: number; readonly path: string; readonly broker: string | null }[]
    > {
      const entries = (await base.steer(`ledger?after=${newest}`)) as readonly {
        readonly id: number;
        readonly path: string;
        readonly broker: string | null;
      }[];
      newest = entries.at(-1)?.id ?? newest;
      return entries;
    },
  };
}
