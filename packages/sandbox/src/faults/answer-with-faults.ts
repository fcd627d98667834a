import type { Answer, SandboxBroker } from "../broker.js";
import type { Core } from "../core.js";
import type { Delivery } from "../delivery.js";
import type { Hit } from "./fault.js";
import { findFault } from "./index.js";

/** The answer as it goes out, and the fault that fell on it. */
export interface Answered {
  readonly delivery: Delivery;
  readonly fault?: string;
}

/** Lets the broker answer; where a fault is set for the call, it falls on it. */
export async function answerWithFaults(
  { store }: Core,
  broker: SandboxBroker,
  route: string,
  { call, here, world }: Pick<Hit, "call" | "here" | "world">,
  handle: () => Answer | Promise<Answer>,
): Promise<Answered> {
  let grant: Hit["grant"] | null = null;
  const hit = (options: Hit["options"]): Hit => ({
    broker,
    call,
    here,
    world,
    options,
    get grant() {
      if (grant === null) grant = broker.grantOf?.(call, world);
      return grant;
    },
    isToken: (value) => typeof value === "string" && store.sessions.isToken(broker.id, value),
  });
  const path = call.url.pathname.replace(/(?<=.)\/$/, "");
  const set = store.faults.take(broker.id, route, path, ({ fault, options }) => {
    const known = findFault(fault);
    return known !== undefined && (known.applies?.(hit(options)) ?? true);
  });
  const fault = set && findFault(set.fault);
  if (set === undefined || fault === undefined) {
    return { delivery: { kind: "whole", answer: await handle() } };
  }
  const thisHit = hit(set.options);
  fault.before?.(thisHit);
  const honest = fault.instead?.(thisHit) ?? (await handle());
  const changed = fault.after === undefined ? honest : fault.after(honest, thisHit);
  if (changed === null) {
    store.faults.giveBack(set);
    return { delivery: { kind: "whole", answer: honest } };
  }
  const delivery = fault.deliver?.(changed, thisHit) ?? { kind: "whole", answer: changed };
  return { delivery, fault: fault.name };
}
