import { writeSync } from "node:fs";
import { brokerFetch } from "../../../src/adapters/brokers/broker-fetch.js";
import type { Ports } from "../../../src/ports/ports.js";
import { deferred } from "../../lifetime/support/deferred.js";
import { type MarkAct, markLine, type RenewalMark, senderHeader } from "./steering.js";

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const refreshing = /\/RefreshToken$/;

/** The marks of one process. Nothing happens at them until one is armed. */
export interface Marks {
  arm(mark: RenewalMark, act: MarkAct, nth: number): void;
  disarm(): void;
  goOn(): void;
  /** What brokers are reached by. */
  readonly fetch: Fetch;
  /** Puts the marks onto a gateway's ports, in place. */
  putOnto(ports: Ports): void;
}

export function createMarks(name: string): Marks {
  let armed: { readonly mark: RenewalMark; readonly act: MarkAct; left: number } | undefined;
  let released = deferred();

  /** The last thing that is done before a death or a stop is to tell of it. */
  async function at(mark: RenewalMark): Promise<void> {
    if (armed?.mark !== mark || --armed.left > 0) return;
    const { act } = armed;
    armed = undefined;
    writeSync(1, `${markLine(mark)}\n`);
    if (act === "kill") process.kill(process.pid, "SIGKILL");
    else if (act === "stop") process.kill(process.pid, "SIGSTOP");
    else await released.promise;
  }

  return {
    arm(mark, act, nth) {
      released = deferred();
      armed = { mark, act, left: nth };
    },
    disarm() {
      armed = undefined;
    },
    goOn: () => released.resolve(),

    async fetch(url, init) {
      const headers = { ...(init.headers as Record<string, string>), [senderHeader]: name };
      if (!refreshing.test(url)) return brokerFetch(url, { ...init, headers });
      await at("before sending");
      const answer = await brokerFetch(url, { ...init, headers });
      const text = await answer.text();
      await at("answered");
      return new Response(text, answer);
    },

    putOnto({ store, vault }) {
      const { transaction } = store;
      const { seal } = vault;
      const put = (target: object, methods: object) => Object.assign(target, methods);
      put(store, {
        async transaction<T>(work: Parameters<typeof transaction<T>>[0]): Promise<T> {
          let noted = false;
          const done = await transaction<T>(async (parts) => {
            let renewed = false;
            const connections: typeof parts.connections = {
              ...parts.connections,
              async noteTry(...given) {
                noted = await parts.connections.noteTry(...given);
                return noted;
              },
              async putSession(...given) {
                renewed = true;
                return parts.connections.putSession(...given);
              },
            };
            const result = await work({ ...parts, connections });
            if (renewed) await at("before commit");
            return result;
          });
          if (noted) await at("try noted");
          return done;
        },
      });
      put(vault, {
        async seal(...given: Parameters<typeof seal>) {
          const sealed = await seal(...given);
          if (given[0].kind === "connection" && given[0].field === "session") await at("sealed");
          return sealed;
        },
      });
    },
  };
}
