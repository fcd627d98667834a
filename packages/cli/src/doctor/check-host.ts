import { type BrokerId, brokers } from "kunji";
import type { Context } from "../context.js";
import { length } from "../times.js";
import type { Finding } from "./finding.js";

const timeoutMs = 10_000;
const driftMs = 30_000;
/** A `Date` header counts whole seconds. */
const tickMs = 1000;

interface Reached {
  /** ms by which this machine's clock is ahead of the server's `Date`; `undefined` where it sends none. */
  readonly drift: number | undefined;
}

/** One request without any credential. Any answer will do. */
async function reach({ io }: Context, url: string): Promise<Reached | undefined> {
  const before = io.now();
  try {
    const response = await io.fetch(url, {
      method: "GET",
      redirect: "manual",
      signal: AbortSignal.any([io.interrupted, AbortSignal.timeout(timeoutMs)]),
    });
    const after = io.now();
    void response.body?.cancel().catch(() => undefined);
    const date = Date.parse(response.headers.get("date") ?? "");
    if (Number.isNaN(date)) return { drift: undefined };
    // The answer was written between the two: what lies in between is no drift.
    const ahead = before - (date + tickMs);
    const behind = date - after;
    return { drift: ahead > 0 ? ahead : behind > 0 ? -behind : 0 };
  } catch {
    return undefined;
  }
}

function clockFinding({ drift }: Reached): Finding[] {
  const check = "clock";
  if (drift === undefined) return [];
  if (Math.abs(drift) <= driftMs)
    return [{ check, level: "ok", says: "This machine's clock agrees with the server's." }];
  const way = drift > 0 ? "ahead" : "behind";
  return [
    {
      check,
      level: "fail",
      says: `This machine's clock is ${length(Math.abs(drift))} ${way}: set it by the network's time, or sessions end at the wrong moment and one-time codes fail.`,
    },
  ];
}

/** Whether the sandbox answers, and whether the clock on the wall is right. */
export async function checkSandbox(context: Context): Promise<Finding[]> {
  const { sandboxUrl } = context.settings;
  const reached = await reach(context, `${sandboxUrl}/_sandbox/presets`);
  const check = "sandbox";
  if (!reached)
    return [
      {
        check,
        level: "fail",
        says: `No sandbox answers at ${sandboxUrl}: start it with npm start in Kunji's folder.`,
      },
    ];
  return [{ check, level: "ok", says: `The sandbox answers at ${sandboxUrl}.` }, ...clockFinding(reached)];
}

/** Whether a broker's host answers, and whether the clock is right. */
export async function checkHost(context: Context, broker: BrokerId, api: string): Promise<Finding[]> {
  const { origin, host } = new URL(api);
  const reached = await reach(context, `${origin}/`);
  const { name } = brokers[broker].traits;
  const named = { check: "host", broker } as const;
  if (!reached)
    return [
      {
        ...named,
        level: "fail",
        says: `${name}: ${host} does not answer. Check the network, a proxy or a firewall, and whether the broker lets this address in.`,
      },
    ];
  return [{ ...named, level: "ok", says: `${name}: ${host} answers.` }, ...clockFinding(reached)];
}
