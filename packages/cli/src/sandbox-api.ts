import { type BrokerId, KunjiError } from "kunji";
import type { Context } from "./context.js";
import { printable } from "./output.js";
import { Problem } from "./problem.js";

/** A ready user of the sandbox; what it lists is public. */
export interface PresetUser {
  readonly username: string;
  readonly password: string;
  readonly about: string;
  /** The current one-time code. */
  readonly totp?: string;
}

/** What the sandbox has ready at one broker. */
export interface Preset {
  /** The command's app: its keys under the broker's own names, and `redirect_url`. */
  readonly app: Readonly<Record<string, string>>;
  readonly users: readonly PresetUser[];
}

const timeoutMs = 10_000;

const howToStart = "Start it: npm start in Kunji's folder";

type Answered = Readonly<Record<string, unknown>>;

const isAnswered = (value: unknown): value is Answered => typeof value === "object" && value !== null;

/**
 * One call under `/_sandbox`.
 * @throws Problem `sandbox_unreachable`; `sandbox_refused` with the sandbox's own sentence
 */
export async function steer(
  { io, settings }: Context,
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<Answered> {
  const sent = body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const signal = AbortSignal.any([io.interrupted, AbortSignal.timeout(timeoutMs)]);
  let status: number;
  let answered: unknown;
  try {
    const response = await io.fetch(`${settings.sandboxUrl}/_sandbox/${path}`, {
      method,
      signal,
      redirect: "manual",
      ...sent,
    });
    status = response.status;
    answered = await response.json().catch(() => undefined);
  } catch {
    if (io.interrupted.aborted) throw new KunjiError("aborted");
    throw new Problem("sandbox_unreachable", `No sandbox answers at ${settings.sandboxUrl}.`, howToStart);
  }
  if (status >= 200 && status < 300 && isAnswered(answered)) return answered;
  const says =
    isAnswered(answered) && typeof answered.message === "string" ? printable(answered.message) : "";
  if (says) throw new Problem("sandbox_refused", `The sandbox refuses: ${says}`);
  throw new Problem(
    "sandbox_unreachable",
    `What answers at ${settings.sandboxUrl} is no sandbox.`,
    howToStart,
  );
}

/** @throws Problem as `steer` */
export async function presetOf(context: Context, broker: BrokerId): Promise<Preset> {
  const presets = (await steer(context, "GET", "presets"))[broker];
  const { app, users } = isAnswered(presets) ? presets : {};
  if (!isAnswered(app) || !Array.isArray(users))
    throw new Problem(
      "sandbox_refused",
      `The sandbox has nothing ready for ${broker}.`,
      "Update the sandbox.",
    );
  return { app: app as Preset["app"], users: users as PresetUser[] };
}

/**
 * How far the sandbox's clock is ahead of this machine's, in ms: whoever moves the one wants sessions to end by it.
 * 0 where no sandbox answers.
 */
export async function sandboxShift(context: Context): Promise<number> {
  try {
    const { now, mode } = await steer(context, "GET", "clock");
    return mode === "follow" || typeof now !== "number" ? 0 : now - context.io.now();
  } catch (error) {
    if (error instanceof Problem) return 0;
    throw error;
  }
}
