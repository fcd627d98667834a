import type { BrokerId } from "./broker.js";
import { KunjiError } from "./errors.js";
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

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // The parser's message holds the beginning of the text.
  }
  throw new KunjiError("session_unreadable");
}

function fromStored(text: string, broker: BrokerId, times: readonly string[]): Record<string, unknown> {
  const value = parsed(text);
  const secrets = value.secrets;
  const good =
    value.format === format &&
    value.broker === broker &&
    times.every((name) => Number.isFinite(value[name])) &&
    typeof secrets === "object" &&
    secrets !== null &&
    Object.values(secrets).every((secret) => typeof secret === "string");
  if (!good) throw new KunjiError("session_unreadable", { broker });
  const { format: _, ...rest } = value;
  return {
    ...rest,
    secrets: Object.fromEntries(
      Object.entries(secrets).map(([name, secret]) => [name, new Secret(String(secret))]),
    ),
  };
}

/** Reads what `toStored` wrote of a session. @throws KunjiError `session_unreadable` */
export function sessionFrom<B extends BrokerId>(text: string, broker: B): Session<B> {
  const value = fromStored(text, broker, ["startedAt", "usedAt"]);
  if (!Array.isArray(value.clocks) || typeof value.confirmed !== "boolean")
    throw new KunjiError("session_unreadable", { broker });
  return { account: undefined, ...value } as unknown as Session<B>;
}

/** Reads what `toStored` wrote of an attempt. @throws KunjiError `session_unreadable` */
export function attemptFrom<B extends BrokerId>(text: string, broker: B): Attempt<B> {
  return fromStored(text, broker, ["beganAt"]) as unknown as Attempt<B>;
}
