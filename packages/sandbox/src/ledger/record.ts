import type { Context } from "hono";
import type { SandboxBroker } from "../broker.js";
import type { Core } from "../core.js";
import { callerOf } from "../http/caller.js";
import type { Env } from "../http/env.js";
import type { Shown } from "./fields.js";
import { Hidden } from "./hidden.js";
import { redactBody, redactHeaders, redactPath, redactQuery } from "./redact.js";

/** What became of a call. */
export interface Outcome {
  readonly status: number;
  /** The answer's body. */
  readonly answer: string;
  /** The route's own spelling of the path; without it the path is shown as far as it is known. */
  readonly route?: string;
  readonly fault?: string | undefined;
}

const shownBy = new WeakMap<SandboxBroker, Shown>();
const segmentsOf = new WeakMap<SandboxBroker, ReadonlySet<string>>();
const nothing: Shown = new Set();

function shownFields(broker: SandboxBroker): Shown {
  const shown = shownBy.get(broker) ?? new Set(broker.shown.map((name) => name.toLowerCase()));
  shownBy.set(broker, shown);
  return shown;
}

function knownSegments(broker: SandboxBroker): ReadonlySet<string> {
  const paths = [...broker.routes.map(({ path }) => path), broker.login?.path ?? "", "/portal/apps"];
  const known = segmentsOf.get(broker) ?? new Set(paths.flatMap((path) => path.split("/")));
  segmentsOf.set(broker, known);
  return known;
}

/** The segments that a route's `:name` parts stand for are shown where that name is. */
function pathOf(broker: SandboxBroker, path: string, route: string | undefined): string {
  const known = new Set(knownSegments(broker));
  const parts = route?.split("/") ?? [];
  for (const [index, segment] of path.split("/").entries()) {
    const name = parts[index]?.startsWith(":") ? parts[index].slice(1).toLowerCase() : undefined;
    if (name !== undefined && shownFields(broker).has(name)) known.add(segment);
  }
  return redactPath(path, known);
}

function headersOf(c: Context<Env>): Iterable<readonly [string, string]> {
  const raw = c.env.incoming?.rawHeaders;
  if (raw === undefined) return c.req.raw.headers;
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ""] as const] : []));
}

/** Writes a call to the ledger. `broker: null` is the trap, where nothing is shown. */
export function record(
  core: Core,
  c: Context<Env>,
  broker: SandboxBroker | null,
  url: URL,
  { status, answer, route, fault }: Outcome,
): void {
  const shown = broker === null ? nothing : shownFields(broker);
  const headers = [...headersOf(c)];
  const sent = c.get("body") ?? "";
  const hidden = Hidden.of({ url, headers, body: sent }, shown);
  const request = { hidden, from: "caller" } as const;
  const caller = callerOf(c);
  core.store.ledger.add({
    at: core.clock.now(),
    from: caller && `${caller.address}:${caller.port}`,
    broker: broker?.id ?? null,
    method: c.req.method,
    path: broker === null ? url.pathname : pathOf(broker, url.pathname, route),
    route: route ?? null,
    query: redactQuery(url.searchParams, shown, request),
    headers: redactHeaders(headers, shown, request),
    body: redactBody(sent, shown, request),
    status,
    answer: redactBody(answer, shown, { hidden }),
    ...(fault === undefined ? {} : { fault }),
  });
}
