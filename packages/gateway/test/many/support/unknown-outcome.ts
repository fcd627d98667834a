import { makeDueTogether, tenant, untilNone } from "./due-together.js";
import type { ManyGateways, StartOptions } from "./gateways.js";
import { markLine } from "./steering.js";

const minute = 60_000;

/** What came of a renewal whose outcome nobody could know. Times in s, on the gateways' clock. */
export interface FoundOut {
  /** What was told of the connection from the death on, in its order. */
  readonly told: readonly string[];
  /** From the death to the outcome. */
  readonly withinS: number;
  /** From the moment that it was known to be unsure to the outcome. */
  readonly sinceUnsureS: number;
  readonly status: string;
  readonly reason: string | null;
}

/**
 * Lets a gateway die within a renewal, so that nobody can know its outcome, and the others find out.
 * @param end `active`: the broker never got the request; `login_needed`: it did, and has ended all its sessions since
 */
export async function findOut(
  many: ManyGateways,
  end: "active" | "login_needed",
  options: Pick<StartOptions, "renewals"> = {},
): Promise<FoundOut> {
  const others = many.all.filter((gateway) => gateway.alive());
  const [doomed] = await many.start(1, { ...options, background: false });
  if (!doomed) throw new Error("no gateway");
  const due = await makeDueTogether(many, 1, `unknown-${end}`);
  const [id = ""] = due.ids;
  const mark = end === "active" ? "before sending" : "answered";
  await doomed.tell({ do: "arm", mark, act: "kill", nth: 1 });
  await many.moveClock(56 * minute, [doomed]);
  many.ask(doomed, "GET", `/v1/connections/${id}/session?min=900`).catch(() => undefined);
  await doomed.until((line) => line === markLine(mark));
  const diedAt = many.now();
  if (end === "login_needed")
    await many.sandbox.fetch(`${many.sandboxUrl}/_sandbox/zebu/sessions/end`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
  for (const gateway of others) await gateway.tell({ do: "move clock", ms: 56 * minute });

  const told = async () =>
    (await many.store.events.list(tenant, 0, 100_000)).filter(
      ({ connection, at, type }) => connection === id && at >= diedAt && type !== "connection.ends_soon",
    );
  const outcome = `connection.${end}`;
  await untilNone(
    async () => ((await told()).some(({ type }) => type === outcome) ? [] : [id]),
    100_000,
    () => `${id} is not ${end}`,
  );
  const events = await told();
  const at = (type: string): number => events.find((event) => event.type === type)?.at ?? Number.NaN;
  const row = await many.store.connections.get(tenant, id);
  await due.close();
  return {
    told: events.map(({ type }) => type).slice(0, 2),
    withinS: (at(outcome) - diedAt) / 1_000,
    sinceUnsureS: (at(outcome) - at("connection.unsure")) / 1_000,
    status: row?.status ?? "",
    reason: row?.reason ?? null,
  };
}
