import { Secret } from "kunji";
import { sealedPlaces, slotAt } from "../../../src/domain/sealed-places.js";
import type { Ports } from "../../../src/ports/ports.js";
import { appOf, newAttempt, newCode, newConnection, newSession, t0 } from "../../support/rows.js";

/** What writers work with. */
export type WriterPorts = Pick<Ports, "store" | "vault">;

export const tenant = "acme";
/** The row that a writer has for itself. */
export const rowOf = (writer: number): string => `row-${writer}`;
/** What a writer's n-th value says. */
export const textOf = (writer: number, n: number): string => `writer ${writer} value ${n}`;
const year = 365 * 86_400_000;

/** Each writer's app and connection, where they are not there yet. */
export async function makeRows({ store, vault }: WriterPorts, writers: number): Promise<void> {
  if (!(await store.tenants.get(tenant)))
    await store.tenants.add(tenant, { name: tenant, madeBy: null, at: t0 });
  for (let i = 0; i < writers; i++) {
    const id = rowOf(i);
    if (await store.apps.get(tenant, id)) continue;
    const sealedKeys = await vault.seal(slotAt(sealedPlaces.appKeys, tenant, id), new Secret("keys"));
    await store.apps.put(tenant, { ...appOf(tenant), id, handle: id, sealedKeys });
    await store.connections.add(tenant, newConnection({ id, app: id }));
  }
}

type Write = (ports: WriterPorts, id: string, n: number, text: Secret) => Promise<void>;

/** One way of writing for each place that values of a tenant are sealed in. */
const writes: readonly Write[] = [
  async ({ store, vault }, id, _, text) => {
    const sealedKeys = await vault.seal(slotAt(sealedPlaces.appKeys, tenant, id), text);
    await store.apps.put(tenant, { ...appOf(tenant), id, handle: id, sealedKeys });
  },
  async ({ store, vault }, id, _, text) => {
    const sealedSession = await vault.seal(slotAt(sealedPlaces.connectionSession, tenant, id), text);
    const row = await store.connections.get(tenant, id);
    const session = { ...newSession(id), sealedSession };
    const put = await store.connections.putSession(tenant, id, row?.generation ?? 0, session);
    if (!put) throw new Error("The session was not stored.");
  },
  async ({ store, vault }, id, n, text) => {
    const hash = `${id}-${n}`;
    const sealedAttempt = await vault.seal(slotAt(sealedPlaces.attempt, tenant, hash), text);
    await store.attempts.open(tenant, newAttempt({ hash, app: id, connection: id, sealedAttempt }));
  },
  async ({ store, vault }, id, n, text) => {
    const hash = `${id}-${n}`;
    const sealedSession = await vault.seal(slotAt(sealedPlaces.waitingSession, tenant, hash), text);
    await store.codes.add(tenant, newCode({ hash, connection: id, sealedSession }));
    await store.codes.take(tenant, { connection: id, hash: `${id}-${n - 1}`, now: t0 });
  },
  async ({ store, vault }, id, _, text) => {
    const sealedSession = await vault.seal(slotAt(sealedPlaces.vendorSession, tenant, id), text);
    const row = await store.vendorSessions.get(tenant, id);
    const generation = row?.generation ?? 0;
    if (!row) await store.vendorSessions.lease(tenant, id, { owner: id, ms: 1, at: t0 });
    const put = await store.vendorSessions.put(tenant, id, generation, {
      sealedSession,
      endsAt: null,
      at: t0,
    });
    if (!put) throw new Error("The vendor session was not stored.");
  },
  async ({ store, vault }, id, n, text) => {
    const hook = `${id}-${n}`;
    const sealedSecret = await vault.seal(slotAt(sealedPlaces.webhookSecret, tenant, hook), text);
    await store.webhooks.add(tenant, { id: hook, url: "https://a.example/", sealedSecret, createdAt: t0 });
  },
  async ({ store, vault }, id, n, text) => {
    // Five rows in turn: what they held has expired by then.
    const hash = `${id}-${n % 5}`;
    const [now, expiresAt] = [t0 + year + n, t0 + year + n];
    const sealedAnswer = await vault.seal(slotAt(sealedPlaces.keptAnswer, tenant, hash), text);
    await store.idempotency.begin(tenant, { hash, bodyHash: "b", expiresAt, now });
    await store.idempotency.finish(tenant, hash, { status: 200, sealedAnswer, expiresAt });
  },
];

/** Whether a writer's values all stay, each in a row of its own: a webhook's secret does. */
export const leavesAll = (writer: number): boolean => writer % writes.length === 5;

/** Writes a writer's n-th value; writers take the places in turn. */
export const writeValue = (ports: WriterPorts, writer: number, n: number): Promise<void> =>
  (writes[writer % writes.length] as Write)(ports, rowOf(writer), n, new Secret(textOf(writer, n)));
