import type { BrokerId } from "./broker.js";
import { KunjiError } from "./errors.js";
import { type CallbackQuery, longestValue, readCallback, withQuery } from "./query.js";
import { Secret, sameText } from "./secret.js";
import { type Attempt, attemptMs } from "./session.js";
import type { Site } from "./site.js";

declare const checkedBy: unique symbol;

/** A callback that has passed its check. Only `checkCallback` of a broker's file makes one; nothing else is exchanged. */
export interface Checked<B extends BrokerId, Field extends string = string> {
  readonly [checkedBy]: B;
  readonly values: Readonly<Record<Field, Secret>>;
}

const passed = new WeakSet<object>();
const used = new WeakSet<object>();

const plain = /^[\x21-\x7e]+$/;
const base64 = /^[A-Za-z0-9+/ ]+=*$/;

/** The value of a parameter that must be there. @throws KunjiError `callback_invalid` */
export function demanded(broker: BrokerId, query: CallbackQuery, name: string, plus = false): string {
  const value = query.value(name, plus);
  if (value === undefined || !(plus ? base64 : plain).test(value))
    throw new KunjiError("callback_invalid", { broker, field: name });
  return value;
}

/**
 * What every broker's check begins with: the callback came to the app's own address, for this broker's attempt,
 * which is unused and younger than ten minutes, with the attempt's `state` where it has one.
 * @throws KunjiError `attempt_mismatch`, `attempt_used`, `attempt_expired`, `callback_invalid`, `state_mismatch`
 */
export function openCallback<B extends BrokerId>(
  site: Site<B>,
  redirectUri: string,
  attempt: Attempt<B>,
  callbackUrl: string | URL,
): CallbackQuery {
  const broker = site.id;
  if (attempt.broker !== broker) throw new KunjiError("attempt_mismatch", { broker });
  if (used.has(attempt)) throw new KunjiError("attempt_used", { broker });
  const age = site.now() - attempt.beganAt;
  if (!(age >= 0 && age < attemptMs)) throw new KunjiError("attempt_expired", { broker });
  const query = readCallback(broker, callbackUrl);
  const own = new URL(redirectUri);
  if (query.place !== own.origin + own.pathname) throw new KunjiError("attempt_mismatch", { broker });
  const { state } = attempt.secrets;
  if (!site.traits.echoesState) return query;
  const returned = query.value("state");
  if (!(state && returned && sameText(returned, state.reveal())))
    throw new KunjiError("state_mismatch", { broker, field: "state" });
  return query;
}

/** Marks the values as checked, and nothing else. */
export function pass<B extends BrokerId, F extends string>(
  values: Readonly<Record<F, string>>,
): Checked<B, F> {
  const wrapped = Object.fromEntries(
    Object.entries<string>(values).map(([name, value]) => [name, new Secret(value)]),
  );
  const checked = { values: wrapped } as unknown as Checked<B, F>;
  passed.add(checked);
  return checked;
}

/** @throws KunjiError `callback_invalid` for anything that `pass` has not made */
export function values<B extends BrokerId, F extends string>(
  broker: B,
  checked: Checked<B, F>,
): Readonly<Record<F, Secret>> {
  if (!passed.has(checked)) throw new KunjiError("callback_invalid", { broker });
  return checked.values;
}

/** From here on the attempt is used, whatever becomes of it. */
export function use(attempt: Attempt): void {
  used.add(attempt);
}

/** A random `state`: 32 hex digits. */
function randomState(site: Site): string {
  return Array.from(site.randomBytes(16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** As it stands in a URL; a callback of 32 kB at most must hold it. */
const longestState = 16_384;

/** @throws KunjiError `input_invalid` for a `state` that could not come back */
export function stateOr(site: Site, state: string | undefined): string {
  if (state === undefined) return randomState(site);
  const encoded = withQuery(site.id, "", { state });
  if (state === "" || state.length > longestValue || encoded.length > longestState)
    throw new KunjiError("input_invalid", { broker: site.id, field: "state" });
  return state;
}
