import type { BrokerId } from "kunji";
import { confirmConnection } from "../../../src/flows/confirm-connection.js";
import { reconnect } from "../../../src/flows/connections.js";
import { lookAfterDue } from "../../../src/flows/look-after.js";
import type { Connection } from "../../../src/ports/connections.js";
import { codeOf, newBrowser } from "../../connect/support/browser.js";
import { connected, logInFully, tokenOf } from "../../connect/support/logins.js";
import { returnUrl, type TestWorld } from "../../support/world.js";

const hour = 3_600_000;

/** Logs a connection in again by a link, as its user does. */
export async function logInAgain(
  world: TestWorld,
  { tenant, id, user, broker }: Connection,
  username?: string,
) {
  const { link } = await reconnect(world.ports, tenant, { connection: id });
  const step = await logInFully(world, newBrowser(world), { tenant, broker }, tokenOf(link.url), username);
  return confirmConnection(world.ports, tenant, id, { code: codeOf(step), user });
}

/**
 * A connection that was logged in each morning of so many days, and fell each night by its broker's clock; it has a session at
 * the end. The world's clock is moved along.
 */
export async function connectedForDays(
  world: TestWorld,
  { tenant, broker }: { readonly tenant: string; readonly broker: BrokerId },
  user: string,
  days: number,
): Promise<Connection> {
  let connection = await connected(world, { tenant, broker }, user);
  for (let day = 1; day < days; day++) {
    const { startedAt, endsAt } = connection;
    if (startedAt === null || endsAt === null) throw new Error("It has no session that ends.");
    world.advance(endsAt - world.now());
    await lookAfterDue(world.ports);
    world.advance(startedAt + 24 * hour - world.now());
    connection = await logInAgain(world, connection);
  }
  return connection;
}

/** Rows as a list needs them, without any login. */
export async function addRows(
  { store, now }: TestWorld,
  tenant: string,
  app: BrokerId,
  ids: readonly string[],
): Promise<void> {
  for (const id of ids)
    await store.connections.add(tenant, {
      id,
      app,
      user: `user of ${id}`,
      expectedAccount: null,
      returnUrl,
      at: now(),
    });
}
