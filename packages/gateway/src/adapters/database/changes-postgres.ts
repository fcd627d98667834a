import { sql } from "kysely";
import type { Change, ChangeListener } from "../../ports/changes.js";
import type { News } from "./changes-local.js";
import { guarded } from "./guard.js";
import { WatchedClient, type WatchedConfig } from "./postgres-client.js";

/** The channel of `LISTEN` and `NOTIFY`. Its messages hold a tenant, a kind and an id as JSON, never a secret. */
export const changesChannel = "kunji_changes";

const retryMs = 1_000;
/** How often the connection is asked whether it still lives, and leads to a server that takes changes, in ms. */
const askMs = 5_000;
const kinds: readonly unknown[] = ["connection", "app", "vendor_session", "api_key", "operator"];

/** `undefined` for what some other program sent. */
function changeFrom(payload: string | undefined): Change | undefined {
  try {
    const { tenant, kind, id } = JSON.parse(payload ?? "") as Record<string, unknown>;
    if (typeof tenant !== "string" || typeof id !== "string" || !kinds.includes(kind)) return undefined;
    return { tenant, id, kind: kind as Change["kind"] };
  } catch {
    return undefined;
  }
}

/** A client that listens. `onEnd` is called once, when one that has begun to listen has ended. */
async function connect(
  config: WatchedConfig,
  listener: ChangeListener,
  onEnd: () => void,
): Promise<WatchedClient> {
  const client = new WatchedClient(config);
  let ended = false;
  let listens = false;
  client.on("error", () => undefined);
  let asking: NodeJS.Timeout | undefined;
  client.on("end", () => {
    clearInterval(asking);
    ended = true;
    if (listens) onEnd();
  });
  client.on("notification", ({ payload }) => {
    const change = changeFrom(payload);
    if (change) listener.onChange(change);
  });
  try {
    await client.connect();
    await client.query(`listen ${changesChannel}`);
    if (ended) throw new Error("Connection terminated");
  } catch (error) {
    client.cut();
    throw error;
  }
  listens = true;
  asking = setInterval(() => void client.query("select 1").catch(() => undefined), askMs).unref();
  return client;
}

/** News by the database itself, on a connection of its own which is made again when it breaks. */
export function postgresChanges(config: () => WatchedConfig): News {
  return {
    async announce({ db }, change) {
      await sql`select pg_notify(${changesChannel}, ${JSON.stringify(change)})`.execute(db);
    },
    async listen(listener) {
      let stopped = false;
      let timer: NodeJS.Timeout | undefined;
      let connecting: Promise<void> | undefined;

      const lost = (): void => {
        if (stopped) return;
        listener.onGap();
        timer = setTimeout(() => {
          connecting = connect(config(), listener, lost).then((made) => {
            client = made;
            if (!stopped) listener.onGap();
          }, lost);
        }, retryMs);
      };
      let client = await guarded(() => connect(config(), listener, lost));
      return async () => {
        stopped = true;
        clearTimeout(timer);
        await connecting;
        client.cut();
      };
    },
    settled() {},
  };
}
