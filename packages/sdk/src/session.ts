import type { BrokerId } from "./broker.js";
import { KunjiError } from "./errors.js";
import { type Fields, isObject, jsonOf } from "./json.js";
import type { Lifetime } from "./lifetime.js";
import { Secret } from "./secret.js";

/** What a login yields. It is a value: a call or a refresh returns a newer one, which takes its place. */
export interface Session<B extends BrokerId = BrokerId> extends Lifetime {
  readonly broker: B;
  /** The broker's account id, as the broker's server named it; unknown where no answer has named it yet. */
  readonly account: string | undefined;
  /** False while the account is in doubt: such a session opens no call until `prove()` has confirmed it. */
  readonly confirmed: boolean;
  /** Until when the broker keeps the refresh token, where it says so. ms since 1970, UTC */
  readonly refreshEndsAt?: number;
  /** The broker's tokens, under the broker's names. */
  readonly secrets: Readonly<Record<string, Secret>>;
}

/** One login in flight: for one user at one app, used once, gone after ten minutes. */
export interface Attempt<B extends BrokerId = BrokerId> {
  readonly broker: B;
  /** ms since 1970, UTC */
  readonly beganAt: number;
  /** `state` where the broker returns it; Nuvama's vendor session token. */
  readonly secrets: Readonly<Record<string, Secret>>;
}

/** @throws KunjiError `input_invalid` for another broker's session: none of its secrets may leave for this one */
export function own(broker: BrokerId, session: Session): void {
  if (session.broker !== broker) throw new KunjiError("input_invalid", { broker, field: "session" });
}

/**
 * One of a session's tokens, taken out.
 * @throws KunjiError `input_invalid` for another broker's session, `session_unreadable` where it lacks the token
 */
export function held(broker: BrokerId, session: Session, name: string): string {
  own(broker, session);
  const secret = session.secrets[name];
  if (!secret) throw new KunjiError("session_unreadable", { broker, field: name });
  return secret.reveal();
}

/** How long a login may take. */
export const attemptMs = 600_000;

const format = 1;

/** The session or attempt as a text, its secrets in the clear: encrypt it before it is stored. */
export function toStored(value: Session | Attempt): string {
  const secrets = Object.fromEntries(
    Object.entries(value.secrets).map(([name, secret]) => [name, secret.reveal()]),
  );
  return JSON.stringify({ format, ...value, secrets });
}

/** The fields that every stored value has, and its secrets wrapped. */
function fromStored(text: string, broker: BrokerId): { readonly value: Fields; readonly secrets: Fields } {
  const value = jsonOf(text);
  if (!isObject(value) || value.format !== format || value.broker !== broker || !isObject(value.secrets))
    throw new KunjiError("session_unreadable", { broker });
  const texts = Object.entries(value.secrets);
  if (!texts.every(([, secret]) => typeof secret === "string"))
    throw new KunjiError("session_unreadable", { broker });
  return {
    value,
    secrets: Object.fromEntries(texts.map(([name, secret]) => [name, new Secret(String(secret))])),
  };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function isClock(clock: unknown): boolean {
  if (!isObject(clock)) return false;
  const { kind, at, ms, time, utcOffset, by } = clock;
  if (kind === "moment") return Number.isFinite(at);
  if (kind === "idle") return Number.isFinite(ms);
  return (
    kind === "daily" &&
    /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(textOf(time)) &&
    /^[+-](?:[01]\d|2[0-3]):[0-5]\d$/.test(textOf(utcOffset)) &&
    (by === "broker" || by === "exchanges")
  );
}

/** Reads what `toStored` wrote of a session. @throws KunjiError `session_unreadable` */
export function sessionFrom<B extends BrokerId>(text: string, broker: B): Session<B> {
  const { value, secrets } = fromStored(text, broker);
  const { account, confirmed, startedAt, usedAt, refreshEndsAt, clocks } = value;
  const good =
    (account === undefined || typeof account === "string") &&
    typeof confirmed === "boolean" &&
    Number.isFinite(startedAt) &&
    Number.isFinite(usedAt) &&
    (refreshEndsAt === undefined || Number.isFinite(refreshEndsAt)) &&
    Array.isArray(clocks) &&
    clocks.every(isClock);
  if (!good) throw new KunjiError("session_unreadable", { broker });
  const optional = refreshEndsAt === undefined ? {} : { refreshEndsAt };
  return { broker, account, confirmed, startedAt, usedAt, ...optional, clocks, secrets } as Session<B>;
}

/** Reads what `toStored` wrote of an attempt. @throws KunjiError `session_unreadable` */
export function attemptFrom<B extends BrokerId>(text: string, broker: B): Attempt<B> {
  const { value, secrets } = fromStored(text, broker);
  const { beganAt } = value;
  if (!Number.isFinite(beganAt)) throw new KunjiError("session_unreadable", { broker });
  return { broker, beganAt, secrets } as Attempt<B>;
}
