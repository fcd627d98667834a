import type { Secret } from "kunji";
import { operatorName } from "../../domain/operator-name.js";
import { sealedPlaces, slotAt } from "../../domain/sealed-places.js";
import type { FoundSession, SignInNeed } from "../../ports/operator-sessions.js";
import type { Operator } from "../../ports/operators.js";
import { auditOperator } from "./audit-operator.js";
import type { OperatorPorts } from "./operator-ports.js";
import { newSession, putSession } from "./operator-session.js";
import { codeTries, passwordTries, tryKey } from "./try-limits.js";

/** Where a try comes from. */
export interface TriedFrom {
  /** The address, or its block. */
  readonly address: string;
  /** The browser in words. */
  readonly browser: string;
}

/** What a step of signing in comes to. A cookie opens the dashboard where nothing more is needed. */
export type SignInStep =
  | { readonly kind: "refused" }
  | { readonly kind: "wait"; readonly retryAfterS: number }
  | { readonly kind: "on"; readonly cookie: Secret; readonly needs: SignInNeed | null };

const inSeconds = (ms: number): number => Math.ceil(ms / 1_000);

/** What is asked for after the password, and after the code. */
const needsAfter = (
  done: "password" | "code",
  { sealedTotp, passwordIsOneTime }: Operator,
): SignInNeed | null => (done === "password" && sealedTotp ? "code" : passwordIsOneTime ? "password" : null);

/** Begins a session, in the place of the one of the step before. */
export async function openSession(
  ports: OperatorPorts,
  { tenant, id }: Pick<Operator, "tenant" | "id">,
  browser: string,
  needs: SignInNeed | null,
  before?: string,
): Promise<Extract<SignInStep, { kind: "on" }>> {
  const { row, cookie } = newSession(ports, { tenant, operator: id, browser, needs });
  await ports.store.transaction(async (parts) => {
    await putSession(parts, tenant, row, before);
    if (needs === null) await auditOperator(ports, parts, { tenant, id }, "sign_in");
  });
  return { kind: "on", cookie, needs };
}

/** The first step: a name and a password. An unknown name is answered like a wrong password, and as fast. */
export async function signIn(
  ports: OperatorPorts,
  typed: { readonly name: string; readonly password: Secret },
  { address, browser }: TriedFrom,
): Promise<SignInStep> {
  const { store, passwords, wall } = ports;
  const name = operatorName(typed.name);
  const key = tryKey(ports, "password", name ?? "", address);
  const waitMs = await store.signInTries.begin(key, wall(), passwordTries);
  if (waitMs !== undefined) return { kind: "wait", retryAfterS: inSeconds(waitMs) };
  const operator = name === undefined ? undefined : await store.waysIn.operator(name);
  const right = await passwords.verify(operator?.passwordHash, typed.password);
  if (!operator || !right) return { kind: "refused" };
  const needs = needsAfter("password", operator);
  // Who knows the password alone goes on being counted.
  if (needs !== "code") await store.signInTries.forget(key);
  return openSession(ports, operator, browser, needs);
}

/** Whether the code is right and new: each is taken once. */
async function takeCode(ports: OperatorPorts, operator: Operator, code: Secret): Promise<boolean> {
  const { tenant, id, sealedTotp } = operator;
  if (!sealedTotp) return false;
  const secret = ports.vault.open(slotAt(sealedPlaces.operatorTotp, tenant, id), sealedTotp);
  const step = ports.secondFactors.stepOf(secret, code, ports.wall());
  return step !== undefined && (await ports.store.operators.useTotpStep(tenant, id, step));
}

/** The second step: a code of the authenticator app. */
export async function signInByCode(
  ports: OperatorPorts,
  { session, operator }: FoundSession,
  code: Secret,
  { address, browser }: TriedFrom,
): Promise<SignInStep> {
  const { signInTries } = ports.store;
  const key = tryKey(ports, "code", operator.id);
  const waitMs = await signInTries.begin(key, ports.wall(), codeTries);
  if (waitMs !== undefined) return { kind: "wait", retryAfterS: inSeconds(waitMs) };
  if (session.needs !== "code" || !(await takeCode(ports, operator, code))) {
    await auditOperator(ports, ports.store, operator, "code_refuse");
    return { kind: "refused" };
  }
  await signInTries.forget(key);
  await signInTries.forget(tryKey(ports, "password", operator.name, address));
  return openSession(ports, operator, browser, needsAfter("code", operator), session.id);
}
