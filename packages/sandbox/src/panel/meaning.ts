import type { SandboxBroker } from "../broker.js";
import { bare } from "../http/broker-routes.js";
import type { LedgerEntry } from "../store/ledger-rows.js";

/** What a call in the ledger was, in a person's words. */
export interface Meaning {
  readonly from: "App" | "Browser";
  readonly does: string;
}

const hasField = (body: unknown, name: string): boolean =>
  typeof body === "object" && body !== null && Object.hasOwn(body, name);

function pageMeaning(
  { method, path, body }: LedgerEntry,
  login: string | undefined,
  route: string,
): string | undefined {
  if (path === "/portal" || path.startsWith("/portal/"))
    return method === "POST" ? "Portal form" : "Developer portal";
  if (login === undefined || bare(login) !== bare(route)) return undefined;
  if (method !== "POST") return "Login page";
  return hasField(body, "pending") ? "Consent answered" : "Login form sent";
}

/** Says what a call meant: a broker's own call by its route, its pages by theirs. */
export function meaningOf(brokers: readonly SandboxBroker[], entry: LedgerEntry): Meaning {
  const broker = brokers.find(({ id }) => id === entry.broker);
  if (broker === undefined) return { from: "App", does: "Followed a redirect into the trap" };
  const method = entry.method === "HEAD" ? "GET" : entry.method;
  const route = entry.route;
  const called =
    route !== null && broker.routes.find((each) => each.method === method && bare(each.path) === bare(route));
  if (called) return { from: "App", does: called.does ?? "Call" };
  const page = pageMeaning(entry, broker.login?.path, route ?? "no route");
  if (page !== undefined) return { from: "Browser", does: page };
  return {
    from: "App",
    does: entry.status === 405 ? "A method that it does not take" : "A call that it does not have",
  };
}
