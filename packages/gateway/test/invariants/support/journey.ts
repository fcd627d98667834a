import type { BrokerId } from "kunji";
import type { Person, Seen } from "../../browser/support/person.js";
import { returnUrl } from "../../support/world.js";
import type { Answer, WholeGateway } from "./whole-gateway.js";

/** What a new connection is asked for with. */
export interface Wish {
  readonly user?: string;
  readonly expected_account?: string;
  /** Reconnects this one. */
  readonly connection?: string;
  readonly key?: string;
}

/** A connection that waits for its user, and the link for them. */
export interface Link {
  readonly id: string;
  readonly connect_url: string;
}

export async function askLink(whole: WholeGateway, app: string, wish: Wish = {}): Promise<Link> {
  const { key, connection, user = "asha", ...more } = wish;
  const body = connection ? { connection } : { app, user, return_url: returnUrl, ...more };
  const { json } = await whole.ask("POST", "/v1/connections", { body, key });
  return json;
}

/** Opens the link and presses its button: where the broker's login page is. */
export async function begin(person: Person, { connect_url }: Link): Promise<string> {
  const { action } = await person.open(connect_url);
  return (await person.send(action)).headers.location ?? "";
}

export const usernameOf = (whole: WholeGateway, broker: BrokerId, nth = 0): string =>
  whole.presets[broker].users[nth].username;

/** Logs in at the broker: the callback that the browser is sent to. */
export async function comeBack(
  whole: WholeGateway,
  broker: BrokerId,
  loginUrl: string,
  username = usernameOf(whole, broker),
): Promise<string> {
  const parameters = Object.fromEntries(new URL(loginUrl).searchParams);
  const answer = await whole.sandbox("POST", `/_sandbox/${broker}/login`, { ...parameters, username });
  return (answer as { redirect: string }).redirect;
}

/** Makes the callback, and answers the question for the account where it is put. */
export async function finish(person: Person, callback: string, answer: "yes" | "no" = "yes"): Promise<Seen> {
  const last = await person.open(callback);
  const { location } = last.headers;
  const question = location?.endsWith("/account") ? await person.open(location) : last;
  // A login that took long asks on the page that showed its progress.
  if (question.field("secret") === "") return last;
  const fields = { connection: question.field("connection"), secret: question.field("secret"), answer };
  return person.send(question.action, fields);
}

/** The whole login in one browser: the page or move that ends it. */
export async function logIn(
  whole: WholeGateway,
  broker: BrokerId,
  link: Link,
  username = usernameOf(whole, broker),
  person = whole.person(),
): Promise<Seen> {
  if (whole.gateway.ports.brokers.traits[broker].login === "redirect")
    return finish(person, await comeBack(whole, broker, await begin(person, link), username));
  const { action } = await person.open(link.connect_url);
  const { users } = whole.presets[broker];
  const { password } = users.find((user: { username: string }) => user.username === username);
  return person.send(action, { username, password });
}

const brought = (seen: Seen, name: string): string | undefined =>
  seen.headers.location?.startsWith(returnUrl)
    ? (new URL(seen.headers.location).searchParams.get(name) ?? undefined)
    : undefined;

/** The one-time code that the browser brings to the app; `undefined` where it brings none. */
export const codeOf = (seen: Seen): string | undefined => brought(seen, "code");
/** The error that the browser brings to the app; `undefined` where it brings none. */
/** Why a login failed: as the app is told it, or the page of its link before that. */
export const errorOf = (seen: Seen): string | undefined =>
  brought(seen, "error") ?? /^\/connect\/[^?]+\?said=(\w+)$/.exec(seen.headers.location ?? "")?.[1];

export const confirm = (
  whole: WholeGateway,
  { id }: Link,
  code: string | undefined,
  { user = "asha", key }: { readonly user?: string; readonly key?: string } = {},
): Promise<Answer> =>
  whole.ask("POST", `/v1/connections/${id}/confirm`, { body: { code: code ?? "none", user }, key });

/** From nothing to an active connection; answers its id. */
export async function connect(whole: WholeGateway, broker: BrokerId, wish: Wish = {}): Promise<string> {
  const link = await askLink(whole, broker, wish);
  const confirmed = await confirm(whole, link, codeOf(await logIn(whole, broker, link)), wish);
  if (confirmed.json.status !== "active") throw new Error(`${broker}: ${confirmed.text}`);
  return link.id;
}

/** What a broker has received, oldest first. */
export const ledger = async (whole: WholeGateway, broker: BrokerId) =>
  (await whole.sandbox("GET", `/_sandbox/ledger?broker=${broker}`)) as readonly {
    readonly path: string;
    readonly status: number;
  }[];

/** How many calls of a broker's path it has received. */
export const received = async (whole: WholeGateway, broker: BrokerId, path = /./): Promise<number> =>
  (await ledger(whole, broker)).filter((entry) => path.test(entry.path)).length;

/** What was told of a connection, oldest first. */
export async function eventsOf(whole: WholeGateway, id: string): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (let after: string | null = "0"; after !== null; ) {
    const { json } = await whole.ask("GET", `/v1/events?limit=200&after=${after}`);
    told.push(...json.items);
    after = json.items.length > 0 ? json.next : null;
  }
  return told.filter(({ connection }) => connection === id);
}

/** An event as the API lists it. */
export interface Told {
  readonly type: string;
  readonly connection: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}
