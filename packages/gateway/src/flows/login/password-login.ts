import {
  type AnyClient,
  KunjiError,
  type OneMoreStep,
  type PasswordLogin,
  type Secret,
  type Session,
} from "kunji";
import { Problem } from "../../domain/problem.js";
import { mayLeadTo } from "../../domain/return-url.js";
import type { Connection } from "../../ports/connections.js";
import type { Ports } from "../../ports/ports.js";
import { readConnectLink } from "../connect-link.js";
import { openApp } from "../open-app.js";
import type { BoundBrowser } from "./browser-cookie.js";
import { type LoginPlace, refusalOf, refused } from "./fail-login.js";
import { memoryOf, newAttemptId, openAttempt, takeAttempt } from "./login-attempt.js";
import type { LoginStep } from "./login-step.js";
import { fromMemory, type PasswordMemory, toMemory } from "./password-memory.js";
import { giveCode, orBack, provenSession } from "./settle-login.js";

/** What a user typed into the form of a broker without a redirect. It is kept only while the broker wants one more step. */
export interface TypedLogin {
  readonly username: string;
  readonly password: Secret;
  readonly otp?: Secret | undefined;
}

interface Place extends LoginPlace {
  /** The cookie of the next attempt, where it had to be made before. */
  readonly bound: BoundBrowser | undefined;
  readonly row: Connection;
  readonly client: AnyClient & Required<Pick<AnyClient, "login">>;
}

async function placeOf(ports: Ports, token: string, bound: BoundBrowser | undefined): Promise<Place> {
  const { app, connection: row } = await readConnectLink(ports, token);
  try {
    const { returnUrl } = row;
    if (!mayLeadTo(ports.publicUrl, app.returnUrls, returnUrl)) throw new Problem("return_url_unregistered");
    const client = openApp(ports, app, row);
    const { login } = client;
    if (!login) throw new Problem("link_invalid");
    return { bound, app, connection: row.id, returnUrl, row, client: { ...client, login } };
  } catch (error) {
    throw refused(ports, app, error);
  }
}

function again(ports: Ports, { app }: Place, error: unknown): LoginStep {
  const code = refusalOf(error);
  ports.signals.loginRefused(app.broker, code);
  return { kind: "again", app, code };
}

/** Opens an attempt for the code that the broker wants now. The login as a whole still has ten minutes. */
async function askCode(
  ports: Ports,
  place: Place,
  memory: PasswordMemory,
  failed: boolean,
): Promise<LoginStep> {
  const { app, row, bound } = place;
  const opened = { id: newAttemptId(ports), memory: toMemory(memory), beganAt: memory.beganAt };
  const cookie = await openAttempt(ports, app, row, opened, bound);
  if (!cookie) throw refused(ports, app, new Problem("link_invalid"));
  return { kind: "ask_code", app, needs: memory.needs, failed, cookie };
}

const finish = (ports: Ports, place: Place, session: Session): Promise<LoginStep> =>
  orBack(ports, place, async () =>
    giveCode(ports, place, place.row, await provenSession(ports, place, place.row, place.client, session)),
  );

type Typed = Pick<PasswordMemory, "username" | "password" | "beganAt">;

/** Asks for the next step, or finishes. */
function next(ports: Ports, place: Place, typed: Typed, outcome: Session | OneMoreStep): Promise<LoginStep> {
  return "needs" in outcome
    ? askCode(ports, place, { ...typed, ...outcome }, false)
    : finish(ports, place, outcome);
}

async function answerStep(
  ports: Ports,
  place: Place,
  memory: PasswordMemory,
  code: Secret,
): Promise<LoginStep> {
  const { username, password, needs, interim } = memory;
  const input: PasswordLogin = { username, password, second: { step: { needs, interim }, code } };
  let outcome: Session | OneMoreStep;
  try {
    outcome = await place.client.login(input);
  } catch (error) {
    const wrong = error instanceof KunjiError && /^(?:second_factor_refused|input_invalid)$/.test(error.code);
    if (!wrong) return again(ports, place, error);
    refused(ports, place.app, error);
    return askCode(ports, place, memory, true);
  }
  return next(ports, place, memory, outcome);
}

/**
 * Logs in with what was typed. Where the broker wants one more step and its answer was typed along, it is sent at once.
 * @param bound the cookie of a next step, where it had to be made before; else a new one
 * @throws Problem `link_invalid`, `return_url_unregistered`, `app_unusable`
 */
export async function submitPassword(
  ports: Ports,
  token: string,
  input: TypedLogin,
  bound: BoundBrowser | undefined = undefined,
): Promise<LoginStep> {
  const { username, password, otp } = input;
  const place = await placeOf(ports, token, bound);
  ports.signals.loginBegun(place.app.broker);
  const typed = { username, password, beganAt: ports.now() };
  let outcome: Session | OneMoreStep;
  try {
    outcome = await place.client.login({ username, password });
  } catch (error) {
    return again(ports, place, error);
  }
  if ("needs" in outcome && otp && otp.reveal() !== "")
    return answerStep(ports, place, { ...typed, ...outcome }, otp);
  return next(ports, place, typed, outcome);
}

/**
 * Sends the answer to the step that the broker asked for. A refused one may be tried again within the login's ten minutes.
 * @throws Problem `link_invalid`; `login_unknown` where this browser has no such login open: nothing is sent then
 */
export async function submitCode(
  ports: Ports,
  token: string,
  { otp }: { readonly otp: Secret },
  cookie: string | undefined,
  bound: BoundBrowser | undefined = undefined,
): Promise<LoginStep> {
  const place = await placeOf(ports, token, bound);
  const attempt = await takeAttempt(ports, place.app, { cookie });
  if (attempt?.connection !== place.connection) throw refused(ports, place.app, new Problem("login_unknown"));
  return answerStep(ports, place, fromMemory(memoryOf(ports, attempt)), otp);
}
