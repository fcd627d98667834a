import { html } from "hono/html";
import type { BrokerId } from "kunji";
import type { Bound, Glance, LoginNumbers, ProxyNumbers } from "../../../ports/metrics.js";
import { brokerMark } from "../broker-mark.js";
import type { Html } from "../layout.js";
import { barStripes, barsTable, counted } from "./bars.js";
import { reasonSentence } from "./status-badge.js";
import { moment } from "./times.js";

/** Brokers' names, as `traits.name`. */
export type BrokerNames = (broker: BrokerId) => string;

const sum = (numbers: Readonly<Record<string, number>>): number =>
  Object.values(numbers).reduce((total, each) => total + each, 0);

/** How long, as a bucket can say it: never finer than it is known. */
export function boundText(bound: Bound): string {
  const [sign, ms] = "withinMs" in bound ? ["≤", bound.withinMs] : [">", bound.overMs];
  return ms < 1_000 ? `${sign} ${ms} ms` : `${sign} ${ms / 1_000} s`;
}

const brokerName = (broker: BrokerId, names: BrokerNames): Html =>
  html`<span class="pair">${brokerMark(broker)}<span>${names(broker)}</span></span>`;

/** Those that have neither come to an end nor failed: under way, or left by their browser. */
const leftOpen = ({ begun, finished, refused }: LoginNumbers): number =>
  Math.max(0, begun - finished - sum(refused));

function loginsSection(logins: Glance["logins"], names: BrokerNames): Html {
  const reasons = logins.flatMap(({ broker, refused }) =>
    Object.entries(refused).map(([code, count]) => ({ broker, code, count })),
  );
  const worst = reasons.sort((one, other) => other.count - one.count);
  return html`<section aria-labelledby="logins-head">
<h2 id="logins-head">Logins</h2>
${
  logins.length === 0
    ? html`<p class="soft">Nobody has begun one yet.</p>`
    : barsTable({
        caption: "Logins by broker and what came of them",
        of: "Broker",
        parts: [
          { name: "Confirmed", tone: "good" },
          { name: "Failed", tone: "bad" },
          { name: "Not finished", tone: "open" },
        ],
        rows: logins.map((each) => ({
          name: brokerName(each.broker, names),
          numbers: [each.finished, sum(each.refused), leftOpen(each)],
        })),
      })
}
${
  worst.length === 0
    ? ""
    : html`<h3>Why they failed</h3>
<ul class="whys">${worst.map(({ broker, code, count }) => html`<li><strong>${counted(count)}</strong> at ${names(broker)}, <code>${code}</code>: ${reasonSentence(code, { broker: names(broker) })}</li>`)}</ul>`
}
</section>`;
}

const refreshesSection = (
  refreshes: Glance["refreshes"],
  names: BrokerNames,
): Html => html`<section class="half" aria-labelledby="refreshes-head">
<h2 id="refreshes-head">Renewals of sessions</h2>
${
  refreshes.length === 0
    ? html`<p class="soft">None yet. Sessions are renewed by themselves where the broker can.</p>`
    : barsTable({
        caption: "Renewals of sessions by broker and what came of them",
        of: "Broker",
        parts: [
          { name: "Renewed", tone: "good" },
          { name: "Refused", tone: "bad" },
          { name: "Unknown", tone: "open" },
        ],
        rows: refreshes.map(({ broker, renewed, refused, unknown }) => ({
          name: brokerName(broker, names),
          numbers: [renewed, refused, unknown],
        })),
      })
}
</section>`;

/** What callers were answered: by the broker or the gateway, which say so in a header. */
function outcomes({ statuses }: ProxyNumbers): readonly [good: number, bad: number, refused: number] {
  const { "4xx": refused = 0, "5xx": failed = 0, ...good } = statuses;
  return [sum(good), failed, refused];
}

const proxiedSection = (
  proxied: Glance["proxied"],
  names: BrokerNames,
): Html => html`<section aria-labelledby="proxied-head">
<h2 id="proxied-head">Calls to brokers</h2>
${
  proxied.length === 0
    ? html`<p class="soft">None yet: what your server sends through the gateway, or you from a connection’s page, is counted here.</p>`
    : html`${barsTable({
        caption: "Calls by broker, what came of them, and how long they took",
        of: "Broker",
        parts: [
          { name: "Answered", tone: "good" },
          { name: "Failed", tone: "bad" },
          { name: "Refused", tone: "open" },
        ],
        others: ["Half", "95 of 100", "99 of 100"],
        rows: proxied.map((each) => ({
          name: brokerName(each.broker, names),
          numbers: outcomes(each),
          others: [each.p50, each.p95, each.p99].map(boundText),
        })),
      })}
<p class="soft">Refused: the caller got a status from 400 to 499; failed: one of 500 or more. Half of the calls, 95 and 99 of a hundred took no longer than this, the broker’s time included; times are known as closely as the bounds of their buckets.</p>`
}
</section>`;

function deliveriesSection({ delivered, again, givenUp }: Glance["deliveries"]): Html {
  return html`<section class="half" aria-labelledby="deliveries-head">
<h2 id="deliveries-head">Deliveries to webhooks</h2>
${
  delivered + again + givenUp === 0
    ? html`<p class="soft">None yet. <a href="/webhooks">Webhooks</a> tell your server what happens.</p>`
    : barsTable({
        caption: "Tries to deliver events to webhooks",
        of: "Webhooks",
        parts: [
          { name: "Delivered", tone: "good" },
          { name: "Given up", tone: "bad" },
          { name: "Failed, tried again", tone: "open" },
        ],
        rows: [{ name: "All", numbers: [delivered, givenUp, again] }],
      })
}
</section>`;
}

/** What the gateway has counted, each kind with its bars and numbers. */
export const numbersSections = (
  { since, logins, refreshes, proxied, deliveries }: Glance,
  names: BrokerNames,
): Html => html`<div id="numbers" data-live>
${barStripes}
<p class="soft">Counted by this gateway, for every tenant, since it started: ${moment(since)}. Where several run side by side each counts its own; Prometheus adds up <code>/metrics</code> of all.</p>
<div class="numbers">
${proxiedSection(proxied, names)}
${loginsSection(logins, names)}
${refreshesSection(refreshes, names)}
${deliveriesSection(deliveries)}
</div>
</div>`;
