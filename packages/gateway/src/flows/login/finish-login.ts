import { attemptFrom, Secret } from "kunji";
import { Problem } from "../../domain/problem.js";
import { newToken } from "../../domain/random-text.js";
import { mayLeadTo } from "../../domain/return-url.js";
import type { App } from "../../ports/apps.js";
import type { Attempt } from "../../ports/attempts.js";
import type { Connection } from "../../ports/connections.js";
import type { Ports } from "../../ports/ports.js";
import { discardSession } from "../discard-session.js";
import { openApp } from "../open-app.js";
import { keepWaiting, type NamedSession, waitingRow } from "../waiting-session.js";
import { type LoginPlace, refused } from "./fail-login.js";
import { memoryOf, takeAttempt } from "./login-attempt.js";
import type { LoginStep } from "./login-step.js";
import { giveCode, orBack, provenSession } from "./settle-login.js";

/** What a callback's path names. */
export interface CallbackPlace {
  readonly broker: string;
  readonly handle: string;
}

/** A browser that a broker has sent back. */
export interface Callback extends CallbackPlace {
  /** The raw path and query, as they were received. */
  readonly callback: string;
  /** The value of the app's login cookie. */
  readonly cookie: string | undefined;
}

/** The one `state` of a callback; none where it is missing or there are several. */
function stateOf(callback: string): Secret | undefined {
  const [state, ...more] = new URLSearchParams(callback.slice(callback.indexOf("?") + 1)).getAll("state");
  return state === undefined || more.length > 0 ? undefined : new Secret(state);
}

/** The app that a callback's path names. @throws Problem `login_unknown` */
export async function appOfPath(
  { store }: Pick<Ports, "store">,
  { broker, handle }: CallbackPlace,
): Promise<App> {
  const app = await store.waysIn.app(handle);
  if (app?.broker !== broker) throw new Problem("login_unknown");
  return app;
}

async function attemptOf(ports: Ports, app: App, { callback, cookie }: Callback): Promise<Attempt> {
  const { login, echoesState } = ports.brokers.traits[app.broker];
  const id = echoesState ? stateOf(callback) : undefined;
  const whole = login === "redirect" && callback.startsWith("/") && (id !== undefined || !echoesState);
  const attempt = whole ? await takeAttempt(ports, app, { cookie, id }) : undefined;
  if (!attempt) throw new Problem("login_unknown");
  return attempt;
}

/** What the answer on the page must bring back besides the cookie, in one. */
export const confirmationWord = (secret: string, cookie: string | undefined): Secret =>
  new Secret(`${secret}.${cookie}`);

/** No `state` came back, so the user says on a page of the gateway's whether this is their account. */
async function askAccount(
  ports: Ports,
  app: App,
  connection: Connection,
  session: NamedSession,
  cookie: string | undefined,
): Promise<LoginStep> {
  const secret = newToken(ports.randomBytes).reveal();
  const row = await waitingRow(ports, connection, "confirmation", confirmationWord(secret, cookie), session);
  if (!(await ports.store.transaction((parts) => keepWaiting(parts, row)))) {
    await discardSession(ports, app, session, connection);
    throw new Problem("connection_closed");
  }
  return { kind: "ask_account", app, account: session.account, connection: connection.id, secret };
}

async function finishAttempt(
  ports: Ports,
  place: LoginPlace,
  attempt: Attempt,
  { callback, cookie }: Callback,
): Promise<LoginStep> {
  const { app } = place;
  const connection = await ports.store.connections.get(app.tenant, attempt.connection);
  if (!connection || connection.status === "closed") throw new Problem("connection_closed");
  const client = openApp(ports, app, connection);
  const memory = attemptFrom(memoryOf(ports, attempt).reveal(), app.broker);
  const claimed = await client.complete?.(memory, ports.publicUrl + callback);
  if (!claimed) throw new Problem("login_unknown");
  const session = await provenSession(ports, place, connection, client, claimed);
  return client.traits.echoesState
    ? giveCode(ports, place, connection, session)
    : askAccount(ports, app, connection, session, cookie);
}

/**
 * Finishes a login that a broker has sent back. The attempt is used before anything is opened or sent. Whatever goes wrong
 * after that leads the browser back to the app with a code.
 * @throws Problem `login_unknown` for a callback that this browser has not begun at this app, or has finished, or too late:
 *   nothing is used and nothing sent then; `return_url_unregistered`
 */
export async function finishLogin(ports: Ports, from: Callback): Promise<LoginStep> {
  const app = await appOfPath(ports, from);
  let place: LoginPlace;
  let attempt: Attempt;
  try {
    attempt = await attemptOf(ports, app, from);
    const { connection, returnUrl } = attempt;
    if (!mayLeadTo(ports.publicUrl, app.returnUrls, returnUrl)) throw new Problem("return_url_unregistered");
    place = { app, connection, returnUrl };
  } catch (error) {
    throw refused(ports, app, error);
  }
  return orBack(ports, place, () => finishAttempt(ports, place, attempt, from));
}
