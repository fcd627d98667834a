import type { FastifyRequest } from "fastify";
import { type Replayed, replayWebhook } from "../../flows/replay-webhook.js";
import type { Ports } from "../../ports/ports.js";
import type { Notice } from "../pages/dashboard/frame.js";
import { webhookPath } from "../pages/dashboard/webhooks.js";
import { type Notices, noticeIn } from "./notices.js";

/** How many calls of the flow one form may take, each of which looks at a thousand events. */
const mostCalls = 10;

/** Sends the events of a range again, as far as one form may take it. */
export async function replayEvents(
  ports: Pick<Ports, "store" | "now">,
  tenant: string,
  id: string,
  range: { readonly from: number; readonly to?: number | undefined },
  operator: string,
): Promise<Replayed> {
  let replayed = 0;
  let from: number | null = range.from;
  for (let call = 0; call < mostCalls && from !== null; call++) {
    const done: Replayed = await replayWebhook(ports, tenant, id, { ...range, from }, operator);
    replayed += done.replayed;
    from = done.next;
  }
  return { replayed, next: from };
}

/** Where a browser goes after a replay: the numbers are told by the address, and nothing else. */
export const replayedPath = (id: string, { replayed, next }: Replayed): string =>
  `${webhookPath(id)}?${new URLSearchParams({ said: "replayed", count: String(replayed), ...(next !== null && { next: String(next) }) })}`;

/** A whole number in the address; `undefined` where it is none. */
export function wholeIn({ query }: Pick<FastifyRequest, "query">, name: string): number | undefined {
  const { [name]: text } = query as Readonly<Record<string, unknown>>;
  return typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

const notices: Notices = {
  changed: { tone: "good", text: "Saved. Events that happen from now on go by it." },
  tested: {
    tone: "good",
    text: "A test is on its way: it stands first below, with what your server answers.",
  },
  again: { tone: "good", text: "It is on its way again." },
  resumed: {
    tone: "good",
    text: "Events go to it again. What it missed is not sent by itself: send it again below.",
  },
};

const events = (count: number): string =>
  count === 1 ? "1 event is" : `${count.toLocaleString("en")} events are`;

/** What a form of a webhook's page came to. */
export function webhookNotice(request: FastifyRequest): Notice | undefined {
  const { said } = request.query as Readonly<Record<string, unknown>>;
  const count = wholeIn(request, "count");
  if (said !== "replayed" || count === undefined) return noticeIn(request, notices);
  const rest =
    wholeIn(request, "next") === undefined ? "" : " There are more: the form below goes on where this ended.";
  if (count === 0) return { tone: "good", text: `There is nothing in that range that it wants.${rest}` };
  return { tone: "good", text: `${events(count)} on the way again.${rest}` };
}
