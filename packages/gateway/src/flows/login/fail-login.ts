import { type Code as BrokerCode, KunjiError } from "kunji";
import { Problem, type ProblemCode } from "../../domain/problem.js";
import { returnUrlWith } from "../../domain/return-url.js";
import type { App } from "../../ports/apps.js";
import type { Ports } from "../../ports/ports.js";
import { recordEvent } from "../record-event.js";
import { releaseBrowser } from "./browser-cookie.js";
import type { LoginStep } from "./login-step.js";

/** The login that a browser is in: whose it is, and where the browser ends. */
export interface LoginPlace {
  readonly app: App;
  /** The connection's id. */
  readonly connection: string;
  readonly returnUrl: string;
}

/** The code of a refusal. @throws whatever else it was: the database away is no refusal */
export function refusalOf(error: unknown): BrokerCode | ProblemCode {
  if (error instanceof KunjiError || error instanceof Problem) return error.code;
  throw error;
}

/**
 * What the broker's check and the first call make of a claim that came by the browser. A browser is told no difference
 * between them: it could learn from it what a forged token opens to.
 */
const proofs: ReadonlySet<BrokerCode> = new Set([
  "exchange_refused",
  "decryption_failed",
  "login_needed",
  "account_mismatch",
  "input_invalid",
]);

const toldCode = (error: unknown): string =>
  error instanceof KunjiError && proofs.has(error.code) ? "exchange_refused" : refusalOf(error);

/**
 * Ends a login that was refused: the tenant hears why by an event, and the browser goes back to the app with a code.
 * @throws whatever was no refusal
 */
export async function failLogin(ports: Ports, place: LoginPlace, error: unknown): Promise<LoginStep> {
  const { app, connection, returnUrl } = place;
  const reason = refusalOf(error);
  ports.signals.loginRefused(app.broker, reason);
  await ports.store.transaction((parts) =>
    recordEvent(parts, ports, app.tenant, { type: "connection.login_failed", connection, data: { reason } }),
  );
  const code = toldCode(error);
  return {
    kind: "go",
    to: returnUrlWith(returnUrl, { connection, error: code }),
    cookie: releaseBrowser(ports, app.handle),
    failed: { connection, code },
  };
}

/** Notes a refusal on its way out: throw what it answers. */
export function refused(ports: Ports, { broker }: App, error: unknown): unknown {
  if (error instanceof KunjiError || error instanceof Problem) ports.signals.loginRefused(broker, error.code);
  return error;
}
