import { setTimeout as wait } from "node:timers/promises";
import { Secret, type Session } from "kunji";
import { dueOfSession } from "../../../src/flows/due-of-session.js";
import { openApp } from "../../../src/flows/open-app.js";
import { openConnection } from "../../../src/flows/open-connection.js";
import { sealSession, sessionColumns } from "../../../src/flows/seal-session.js";
import type { ConnectionSummary } from "../../../src/ports/connections.js";
import { returnUrl } from "../../support/world.js";
import type { ManyGateways } from "./gateways.js";
import { openPortsBeside } from "./ports-beside.js";

export const tenant = "operator";
export const refreshPath = /\/RefreshToken$/;

/** Connections whose sessions the broker renews, beside the gateways: their database, key file and sandbox. */
export interface DueTogether {
  readonly ids: readonly string[];
  rows(): Promise<readonly ConnectionSummary[]>;
  /** Every session that is on file and that its broker does not take. */
  dead(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Five at a time, so that none waits for a connection to the database longer than it may. */
async function fiveAtATime<T>(ids: readonly string[], work: (id: string) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (let i = 0; i < ids.length; i += 5) done.push(...(await Promise.all(ids.slice(i, i + 5).map(work))));
  return done;
}

/**
 * Logs so many users in, past the gateways. The app `zebu` must be there.
 * @param name what the connections' ids begin with
 */
export async function makeDueTogether(many: ManyGateways, count: number, name = "due"): Promise<DueTogether> {
  const { store, now } = many;
  const { ports, close } = await openPortsBeside(many);
  const app = await store.apps.get(tenant, "zebu");
  if (!app) throw new Error("There is no app zebu.");
  const client = openApp(ports, app);
  const username = many.presets.zebu.users[0].username;
  const begun = await client.begin?.({});
  if (!begun || !client.complete) throw new Error("no login");
  const callback = await many.logIn("zebu", begun.url, username);
  const first = await client.prove(await client.complete(begun.attempt, callback));
  const { world } = many.sandbox;
  const live = world.session("zebu", "access_token", first.secrets.access_token?.reveal() ?? "");
  if (!live) throw new Error("The broker has no session.");

  /** The same login once more, with tokens of its own. */
  function another(): Session {
    const tokens = { access_token: world.randomHex(40), refresh_token: `def50200${world.randomHex(48)}` };
    world.putSession({ ...live, id: world.uuid(), tokens } as typeof live & object);
    const { access_token, refresh_token } = tokens;
    const secrets = { access_token: new Secret(access_token), refresh_token: new Secret(refresh_token) };
    return { ...first, secrets };
  }

  async function add(id: string): Promise<void> {
    const session = another();
    const fresh = { id, app: "zebu", user: id, expectedAccount: null, returnUrl, at: now() };
    await store.connections.add(tenant, fresh);
    await store.connections.putSession(tenant, id, 0, {
      ...sessionColumns(ports, session),
      sealedSession: await sealSession(ports, tenant, id, session),
      account: session.account ?? "",
      dueAt: dueOfSession(ports, session),
      status: "active",
      reason: null,
      at: now(),
    });
  }
  const ids = Array.from({ length: count }, (_, i) => `${name}-${String(i).padStart(4, "0")}`);
  await fiveAtATime(ids, add);
  return {
    ids,
    async rows() {
      const { items } = await store.connections.list(tenant, { app: "zebu" }, { limit: 10_000 });
      return items.filter(({ id }) => ids.includes(id));
    },
    async dead() {
      const isDead = async (id: string) => {
        const connection = await store.connections.get(tenant, id);
        if (!connection) return true;
        const { client: own, session } = await openConnection(ports, connection);
        return (
          !session ||
          own.prove(session).then(
            () => false,
            () => true,
          )
        );
      };
      const found = await fiveAtATime(ids, isDead);
      return ids.filter((_, i) => found[i]);
    },
    close,
  };
}

/** Waits until nothing is left. @throws Error that says what is left after so many ms */
export async function untilNone<T>(
  left: () => Promise<readonly T[]>,
  withinMs: number,
  say: (one: T) => string,
): Promise<void> {
  for (const begun = performance.now(); ; await wait(250)) {
    const found = await left();
    if (found.length === 0) return;
    if (performance.now() - begun > withinMs)
      throw new Error(
        `${found.length} are left after ${withinMs} ms: ${found.slice(0, 20).map(say).join("; ")}`,
      );
  }
}
