import { attemptMs, type Secret } from "kunji";
import { hashOf } from "../../domain/hashed.js";
import { newToken } from "../../domain/random-text.js";
import { sealedPlaces, slotAt } from "../../domain/sealed-places.js";
import type { Slot } from "../../domain/slot.js";
import type { App } from "../../ports/apps.js";
import type { Attempt } from "../../ports/attempts.js";
import type { Connection } from "../../ports/connections.js";
import type { Ports } from "../../ports/ports.js";
import { type BoundBrowser, bindBrowser, browserHashOf } from "./browser-cookie.js";

const slot = (tenant: string, hash: string): Slot => slotAt(sealedPlaces.attempt, tenant, hash);
const attemptHash = (id: Secret): string => Buffer.from(hashOf("attempt", id)).toString("hex");
const madeHere = /^[A-Za-z0-9]{43}$/;

/** An attempt's id, which travels as `state` where the broker returns it. */
export const newAttemptId = ({ randomBytes }: Pick<Ports, "randomBytes">): Secret => newToken(randomBytes);

/**
 * Keeps what must be remembered until the browser comes back, sealed, for a browser that is bound to it anew.
 * `undefined` where the connection was closed meanwhile.
 */
export async function openAttempt(
  ports: Ports,
  app: App,
  { id: connection, returnUrl }: Pick<Connection, "id" | "returnUrl">,
  { id, memory, beganAt }: { readonly id: Secret; readonly memory: Secret; readonly beganAt: number },
  { cookie, browserHash }: BoundBrowser = bindBrowser(ports, app.handle),
): Promise<BoundBrowser["cookie"] | undefined> {
  const hash = attemptHash(id);
  const opened = await ports.store.attempts.open(app.tenant, {
    hash,
    browserHash,
    app: app.id,
    connection,
    returnUrl,
    sealedAttempt: await ports.vault.seal(slot(app.tenant, hash), memory),
    createdAt: beganAt,
    expiresAt: beganAt + attemptMs,
  });
  return opened && cookie;
}

/** What a browser brings back. `id` where the broker returned it as `state`. */
export interface Brought {
  readonly cookie: string | undefined;
  readonly id?: Secret | undefined;
}

/**
 * Takes the attempt that this browser has open at this app: from here on it is used, whatever becomes of it.
 * `undefined`, with nothing taken, for whoever did not begin it.
 */
export async function takeAttempt(
  { store, now }: Ports,
  { tenant, broker, handle }: App,
  { cookie, id }: Brought,
): Promise<Attempt | undefined> {
  if (cookie === undefined || !madeHere.test(cookie) || (id && !madeHere.test(id.reveal()))) return undefined;
  const claim = {
    handle,
    broker,
    browserHash: browserHashOf(cookie),
    hash: id && attemptHash(id),
    now: now(),
  };
  return store.attempts.take(tenant, claim);
}

/** What was remembered. @throws VaultError `sealed_unreadable` */
export const memoryOf = ({ vault }: Pick<Ports, "vault">, { tenant, hash, sealedAttempt }: Attempt): Secret =>
  vault.open(slot(tenant, hash), sealedAttempt);
