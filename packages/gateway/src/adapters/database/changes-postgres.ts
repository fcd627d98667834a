import { sql } from "kysely";
import { Client, type ClientConfig } from "pg";
import type { Change, ChangeListener } from "../../ports/changes.js";
import type { News } from "./changes-local.js";
import { guarded } from "./guard.js";

/** The channel of `LISTEN` and `NOTIFY`. Its messages hold a tenant, a kind and an id as JSON, never a secret. */
export const changesChannel = "kunji_changes";

const retryMs = 1_000;
const kinds: readonly unknown[] = ["connection", "app", "vendor_session", "api_key"];

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

async function connect(config: ClientConfig, listener: ChangeListener, onEnd: () => void): Promise<Client> {
  const client = new Client(config);
  client.on("error", () => undefined);
  client.on("end", onEnd);
  client.on("notification", ({ payload }) => {
    const change = changeFrom(payload);
    if (change) listener.onChange(change);
  });
  await client.connect();
  await client.query(`listen ${changesChannel}`);
  return client;
}

/** News by the database itself, on a connection of its own which is made again when it breaks. */
export function postgresChanges(config: () => ClientConfig): News {
  return {
    async announce({ db }, change) {
      await sql`select pg_notify(${changesChannel}, ${JSON.stringify(change)})`.execute(db);
    },
    async listen(listener) {
      let stopped = false;
      let client: Client | undefined;
      let timer: NodeJS.Timeout | undefined;
      const again = (): void => {
        if (stopped) return;
        listener.onGap();
        clearTimeout(timer);
        timer = setTimeout(() => {
          connect(config(), listener, again).then((made) => {
            client = made;
            if (stopped) void made.end();
            else listener.onGap();
          }, again);
        }, retryMs);
      };
      client = await guarded(() => connect(config(), listener, again));
      return async () => {
        stopped = true;
        clearTimeout(timer);
        await client?.end().catch(() => undefined);
      };
    },
    settled() {},
  };
}
