import type { BrokerId } from "kunji";
import type { Seen } from "../../browser/support/person.js";
import { returnUrl } from "../../support/world.js";
import type { WholeGateway } from "./whole-gateway.js";

/** A login as its browser saw it. */
export interface Connected {
  readonly id: string;
  /** The link that the browser opened. */
  readonly link: string;
  /** Every page and move, in their order. */
  readonly seen: readonly Seen[];
  /** Where the broker sent the browser back to. */
  readonly back: string | undefined;
  readonly account: { readonly connection: string; readonly secret: string } | undefined;
  /** Every cookie that the browser was given. */
  readonly cookies: readonly string[];
  /** The one-time code. */
  readonly code: string;
}

/** From a new connection to one that waits for its confirmation. */
export async function logInAccount(whole: WholeGateway, broker: BrokerId): Promise<Connected> {
  const { ask } = whole;
  const person = whole.person();
  const seen: Seen[] = [];
  const keep = (page: Seen): Seen => {
    seen.push(page);
    return page;
  };
  const body = { app: broker, user: "asha", return_url: returnUrl };
  const { id, connect_url: link } = (await ask("POST", "/v1/connections", { body })).json;
  const page = keep(await person.open(link));
  const { username, password } = whole.presets[broker].users[0];
  let back: string | undefined;
  let account: Connected["account"];
  let last: Seen;
  if (page.text.includes('name="password"'))
    last = keep(await person.send(page.action, { username, password }));
  else {
    const begun = keep(await person.send(page.action));
    back = await whole.logIn(broker, begun.headers.location ?? "");
    last = keep(await person.open(back));
    const { location } = last.headers;
    const question = location?.endsWith("/account") ? keep(await person.open(location)) : last;
    // A login that took long asks on the page that showed its progress.
    if (question.field("secret") !== "") {
      account = { connection: question.field("connection"), secret: question.field("secret") };
      last = keep(await person.send(question.action, { ...account, answer: "yes" }));
    }
  }
  const cookies = seen
    .flatMap(({ setCookies }) => setCookies)
    // That a page was looked at is no secret, and the link is told of by itself.
    .filter((line) => !/^[^=]+_(?:looked|link)=/.test(line))
    .map((line) => /^[^=]+=([^;]*)/.exec(line)?.[1] ?? "")
    .filter((value) => value !== "");
  const code = new URL(last.headers.location ?? "").searchParams.get("code") ?? "";
  return { id, link, seen, back, account, cookies, code };
}

/** A login that its browser has begun and not finished: what it was given. */
export async function beginLogin(whole: WholeGateway, broker: BrokerId) {
  const person = whole.person();
  const body = { app: broker, user: "asha", return_url: returnUrl };
  const { connect_url } = (await whole.ask("POST", "/v1/connections", { body })).json;
  const begun = await person.send(connect_url);
  const state = new URL(begun.headers.location ?? "").searchParams.get("state") ?? "";
  const [cookie = ""] = person.jar.values();
  return { person, state, cookie, back: await whole.logIn(broker, begun.headers.location ?? "") };
}

/** From a new connection to an active one. */
export async function connectAccount(whole: WholeGateway, broker: BrokerId): Promise<Connected> {
  const connected = await logInAccount(whole, broker);
  const { id, code } = connected;
  const confirmed = await whole.ask("POST", `/v1/connections/${id}/confirm`, {
    body: { code, user: "asha" },
  });
  if (confirmed.json.status !== "active") throw new Error(`${broker}: ${confirmed.text}`);
  return connected;
}
