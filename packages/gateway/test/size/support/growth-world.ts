import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Secret, type Session } from "kunji";
import { createBrokers } from "../../../src/adapters/brokers/sdk-brokers.js";
import { sealSession } from "../../../src/flows/seal-session.js";
import type { ChangeListener } from "../../../src/ports/changes.js";
import { cookieName, signedIn } from "../../dashboard/support/signed-in.js";
import { type ApiWorld, newApiWorld } from "../../http/support/api-world.js";
import type { TestDatabase } from "../../support/databases.js";
import { t0 } from "../../support/rows.js";
import { allBrokers } from "../../support/world.js";
import { fill, settle } from "./filled.js";
import { type Filling, fillingOf } from "./filling.js";
import { brokers, hour, ordinaryDay } from "./shapes.js";

const tenant = "acme0";
/** Calls go to a connection's broker with one of so many sessions, which lie all over the table. */
const mostCalled = 1_000;

/** A broker that takes every call, and answers at once. */
export interface PlainBroker {
  readonly origin: string;
  readonly answer: string;
  close(): Promise<void>;
}

export async function plainBroker(): Promise<PlainBroker> {
  const answer = '{"type":"success"}';
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "application/json" }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    answer,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A gateway on a database with one tenant that has so many connections. */
export interface GrownWorld extends Pick<ApiWorld, "call" | "store" | "close"> {
  readonly connections: number;
  readonly tenant: string;
  readonly broker: PlainBroker;
  /** An API key that may do everything. */
  readonly key: string;
  /** What a browser sends that is signed in to the dashboard. */
  readonly cookie: string;
  /** Connections whose sessions can be called with. */
  readonly called: readonly string[];
  /** The gateway forgets what it remembers of the database. */
  forget(): void;
}

/** The connections at a broker that can be called, evenly over all of them. */
async function pickCalled({ ask }: Filling) {
  const rows = await ask(
    `select id from connections where tenant = '${tenant}' and broker = 'rmoney' and status = 'active' order by id`,
  );
  const step = Math.max(1, Math.floor(rows.length / mostCalled));
  return rows.filter((_, i) => i % step === 0).map(({ id }) => String(id));
}

/** @param database it is dropped by `close` */
export async function newGrownWorld(
  database: TestDatabase,
  connections: number,
  broker: PlainBroker,
): Promise<GrownWorld> {
  const listeners: ChangeListener[] = [];
  const here = { api: broker.origin, login: broker.origin };
  const listed = Object.fromEntries(allBrokers.map((id) => [id, { plain: here }]));
  const world = await newApiWorld(database, {
    ports: ({ store, now, egress, ...ports }) => ({
      ...ports,
      now,
      egress,
      brokers: createBrokers({ now, egress, listed }),
      store: {
        ...store,
        listen(listener) {
          listeners.push(listener);
          return store.listen(listener);
        },
      },
    }),
  });
  const { ports, store, now } = world;
  await world.addTenant(tenant, brokers);
  await fill([database.place], [{ name: "acme", tenants: 1, connections, shape: ordinaryDay }]);

  const filling = await fillingOf(database.place);
  const session: Session<"rmoney"> = {
    broker: "rmoney",
    account: "A4",
    confirmed: true,
    startedAt: t0,
    usedAt: t0,
    clocks: [{ kind: "moment", at: t0 + 19.5 * hour }],
    secrets: { userSession: new Secret("s".repeat(200)) },
  };
  const called = await pickCalled(filling);
  const sealed = await Promise.all(called.map((id) => sealSession(ports, tenant, id, session)));
  await filling.run(
    "begin",
    "update apps set environment = 'plain'",
    ...called.map(
      (
        id,
        i,
      ) => `update connections set sealed_session = ${filling.words.bytes(sealed[i] ?? new Uint8Array())}
       where tenant = '${tenant}' and id = '${id}'`,
    ),
    "commit",
  );
  await filling.close();
  await settle([database.place]);

  const { cookie } = await signedIn({ server: world.server, store, now }, tenant);
  return {
    connections,
    tenant,
    broker,
    called,
    store,
    key: await world.newKey(tenant),
    cookie: `${cookieName}=${cookie}`,
    call: world.call,
    close: world.close,
    forget() {
      for (const listener of listeners) listener.onGap();
    },
  };
}
