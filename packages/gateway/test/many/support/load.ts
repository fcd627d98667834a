import { returnUrl } from "../../support/world.js";
import type { ManyGateways } from "./gateways.js";
import type { GatewayProcess } from "./process.js";

/** What became of writes that went on all the time. */
export interface LoadOutcome {
  /** The connections that gateways have said to be made. */
  readonly acknowledged: readonly string[];
  /** How often each status was answered; 0 for no answer. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Answers of 503 that did not say when to come again. */
  readonly withoutRetryAfter: number;
}

/** Makes new connections at all of the gateways, one after the other at each, until it is stopped. */
export function startLoad(many: ManyGateways, gateways: readonly GatewayProcess[], writersAtEach = 2) {
  const acknowledged: string[] = [];
  const statuses = new Map<number, number>();
  let withoutRetryAfter = 0;
  let stopping = false;

  const count = (status: number): void => void statuses.set(status, (statuses.get(status) ?? 0) + 1);
  async function write(gateway: GatewayProcess): Promise<void> {
    for (let n = 0; !stopping; n++) {
      const body = { app: "zebu", user: `user-${n}`, return_url: returnUrl };
      const answer = await many.ask(gateway, "POST", "/v1/connections", { body }).catch(() => undefined);
      count(answer?.status ?? 0);
      if (!answer) continue;
      if (answer.status === 201) acknowledged.push(answer.body.id);
      if (answer.status === 503 && answer.headers.get("retry-after") === null) withoutRetryAfter++;
    }
  }
  const writers = gateways.flatMap((gateway) => Array.from({ length: writersAtEach }, () => write(gateway)));
  return {
    acknowledged: acknowledged as readonly string[],
    async stop(): Promise<LoadOutcome> {
      stopping = true;
      await Promise.all(writers);
      return { acknowledged, statuses, withoutRetryAfter };
    },
  };
}
