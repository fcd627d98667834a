import type { BrokerId } from "kunji";
import { confirmConnection } from "../../../src/flows/confirm-connection.js";
import { createConnection } from "../../../src/flows/connections.js";
import type { LoginStep } from "../../../src/flows/login/login-step.js";
import type { Connection } from "../../../src/ports/connections.js";
import { returnUrl, type TestWorld } from "../../support/world.js";
import { type At, type Browser, callbackAt, codeOf, newBrowser } from "./browser.js";

/** A connection that waits for its login, and its link's token. */
export interface Waiting {
  readonly connection: Connection;
  readonly token: string;
}

export const tokenOf = (url: string): string => url.slice(url.lastIndexOf("/") + 1);

export async function newConnection(
  world: TestWorld,
  { tenant, broker }: At,
  { user = "u1", expectedAccount }: { readonly user?: string; readonly expectedAccount?: string } = {},
): Promise<Waiting> {
  const wanted = { app: broker, user, returnUrl, expectedAccount };
  const { connection, link } = await createConnection(world.ports, tenant, wanted);
  return { connection, token: tokenOf(link.url) };
}

/** Goes to the broker and is sent back: the callback that the browser is about to make. */
export async function comeBack(
  world: TestWorld,
  browser: Browser,
  at: At,
  token: string,
  username?: string,
): Promise<string> {
  const loginUrl = await browser.begin(token);
  return callbackAt(at, await world.logIn(at.broker, loginUrl, username));
}

/** The whole login of a broker, up to the account page where there is one. */
export async function logIn(
  world: TestWorld,
  browser: Browser,
  at: At,
  token: string,
  username?: string,
): Promise<LoginStep> {
  if (world.ports.brokers.traits[at.broker].login === "redirect")
    return browser.finish(at, await comeBack(world, browser, at, token, username));
  const { users } = world.presets[at.broker];
  const user = users.find((one) => one.username === username) ?? users[0];
  return browser.password(token, user.username, user.password);
}

/** The whole login, the account confirmed. */
export async function logInFully(
  world: TestWorld,
  browser: Browser,
  at: At,
  token: string,
  username?: string,
): Promise<LoginStep> {
  return browser.answer(at, await logIn(world, browser, at, token, username));
}

/** An active connection. */
export async function connected(
  world: TestWorld,
  at: At,
  user = "u1",
  username?: string,
): Promise<Connection> {
  const { connection, token } = await newConnection(world, at, { user });
  const step = await logInFully(world, newBrowser(world), at, token, username);
  return confirmConnection(world.ports, at.tenant, connection.id, { code: codeOf(step), user });
}

export const rowOf = async (
  world: TestWorld,
  { tenant, id }: Pick<Connection, "tenant" | "id">,
): Promise<Connection> => {
  const row = await world.store.connections.get(tenant, id);
  if (!row) throw new Error("There is no such connection.");
  return row;
};

/** A connection's events, as `type` or `type reason`. */
export async function eventsOf(
  world: TestWorld,
  { tenant, id }: Pick<Connection, "tenant" | "id">,
): Promise<string[]> {
  const events = await world.store.events.list(tenant, 0, 100_000);
  return events.flatMap(({ type, data, connection }) => {
    if (connection !== id) return [];
    const { reason } = JSON.parse(data) as { reason?: string };
    return [reason ? `${type} ${reason}` : type];
  });
}

/** How many calls a broker has received. */
export const callsAt = async (world: TestWorld, broker: BrokerId): Promise<number> =>
  (await world.ledger(broker)).length;

/** How many calls of a broker's path have been received. */
export const callsTo = async (world: TestWorld, broker: BrokerId, path: RegExp): Promise<number> =>
  (await world.ledger(broker)).filter((entry) => path.test(entry.path)).length;

/** The code of the problem or broker's error that a flow throws; `none` where it throws none. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    const code: unknown = Reflect.get(Object(error), "code");
    if (typeof code !== "string") throw error;
    return code;
  }
}
