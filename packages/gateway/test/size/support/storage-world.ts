import type { BrokerId } from "kunji";
import { createWebhookSender } from "../../../src/adapters/webhooks/webhook-sender.js";
import { deliverDue } from "../../../src/flows/deliver-webhooks.js";
import { expireLogins } from "../../../src/flows/expire-logins.js";
import { lookAfterDue } from "../../../src/flows/look-after.js";
import { storePlaceOf } from "../../../src/store-place.js";
import { codeOf, confirm, connect as connected, type Link, logIn } from "../../invariants/support/journey.js";
import { openWhole, type WholeGateway } from "../../invariants/support/whole-gateway.js";
import { newDatabaseOn, type OwnServer, startPostgres } from "../../support/postgres.js";
import { startReceiver } from "../../webhooks/support/receiver.js";
import type { StorageMeter } from "./storage-meter.js";
import { postgresMeter } from "./storage-meter-postgres.js";
import { sqliteMeter } from "./storage-meter-sqlite.js";

const tenant = "operator";

/** A gateway with one webhook that wants everything, and a meter at its database. Nothing is done but what is asked for. */
export interface StorageWorld {
  readonly whole: WholeGateway;
  readonly meter: StorageMeter;
  now(): number;
  moveClock(ms: number): void;
  /** A user's whole login, from nothing to an active connection; its id. */
  connect(broker: BrokerId, user: string): Promise<string>;
  /** Another login of the connection's user. True where it is active then. */
  connectAgain(broker: BrokerId, id: string, user: string): Promise<boolean>;
  /** Looks after all connections that are due. */
  lookAfter(): Promise<number>;
  /** Sends the webhook all that is due; how many it took. */
  deliver(): Promise<number>;
  /** Takes away what logins have left behind. */
  expireLogins(): Promise<number>;
  /** How many events of each type were told since it was asked last. */
  told(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** As a server is that looks after much: whole pages are written to the log, and nothing is done but what is asked for. */
const serverSettings = ["full_page_writes=on", "autovacuum=off", "checkpoint_timeout=1h", "max_wal_size=8GB"];

export const startMeasuredServer = (): Promise<OwnServer> => startPostgres(serverSettings);

/**
 * Opens a gateway on an empty database, with an app at each of these brokers.
 * @param server the server on which the database is made; left out: SQLite
 */
export async function openStorageWorld(
  brokers: readonly BrokerId[],
  server?: OwnServer,
): Promise<StorageWorld> {
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const database = server && (await newDatabaseOn(server.url));
    if (database) undo.push(database.drop);
    // Any number may be renewed at once: so many are claimed together as there are at size.
    const env = { KUNJI_RENEWALS_PER_SECOND: "off", ...(database && { DATABASE_URL: database.url }) };
    const whole = await openWhole({ env });
    undo.push(whole.close);
    const { ports } = whole.gateway;
    const { store } = ports;
    const place = storePlaceOf({ data: whole.data, databaseUrl: database?.url });
    const meter = "url" in place ? await postgresMeter(place.url, store) : sqliteMeter(place.file);
    undo.push(meter.close);
    const receiver = await startReceiver();
    undo.push(receiver.close);
    const sender = createWebhookSender({ targets: "any", now: ports.now });
    undo.push(sender.close);
    for (const broker of brokers) await whole.addApp(broker);
    await whole.ask("POST", "/v1/webhooks", { body: { url: receiver.url } });
    let toldUpTo = 0;
    return {
      whole,
      meter,
      now: ports.now,
      moveClock: whole.moveClock,
      connect: (broker, user) => connected(whole, broker, { user }),
      async connectAgain(broker, id, user) {
        const { json: link } = await whole.ask("POST", "/v1/connections", { body: { connection: id } });
        const code = codeOf(await logIn(whole, broker, link as Link));
        return (await confirm(whole, link, code, { user })).json.status === "active";
      },
      lookAfter: () => lookAfterDue(ports),
      async deliver() {
        const before = receiver.received.length;
        await deliverDue(ports, sender);
        return receiver.received.length - before;
      },
      expireLogins: () => expireLogins(ports),
      async told() {
        const events = await store.events.list(tenant, toldUpTo, 1_000_000);
        toldUpTo = events.at(-1)?.sequence ?? toldUpTo;
        const counts: Record<string, number> = {};
        for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
        return counts;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
