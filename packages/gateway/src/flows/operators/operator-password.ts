import type { Secret } from "kunji";
import { flawOfPassword } from "../../domain/password-rules.js";
import { newPassword } from "../../domain/random-text.js";
import type { FoundSession, SignedIn } from "../../ports/operator-sessions.js";
import type { Operator } from "../../ports/operators.js";
import { auditOperator } from "./audit-operator.js";
import type { OperatorPorts } from "./operator-ports.js";
import { newSession, putSession } from "./operator-session.js";
import { openSession, type SignInStep } from "./sign-in.js";
import { passwordTries, tryKey } from "./try-limits.js";

/** What is wrong with a new password, or with the old one that was typed. */
export type PasswordFlaw = "wrong" | "length" | "name" | "same" | "wait";

/** The password is the operator's own. It counts tries as signing in does, so that an open page is no way to guess. */
export async function isOwnPassword(
  ports: Pick<OperatorPorts, "store" | "vault" | "wall" | "passwords">,
  operator: Operator,
  password: Secret,
): Promise<true | "wrong" | "wait"> {
  const { signInTries } = ports.store;
  const key = tryKey(ports, "password", operator.name, `session of ${operator.id}`);
  if ((await signInTries.begin(key, ports.wall(), passwordTries)) !== undefined) return "wait";
  if (!(await ports.passwords.verify(operator.passwordHash, password))) return "wrong";
  await signInTries.forget(key);
  return true;
}

/** Writes a new password down, and ends every session; `between` begins the one that goes on. */
async function writePassword(
  ports: Omit<OperatorPorts, "vault">,
  operator: Operator,
  next: { readonly hash: string; readonly oneTime: boolean; readonly by?: string | null },
  session?: Parameters<typeof putSession>[2],
): Promise<boolean> {
  const { tenant, id, passwordHash: was } = operator;
  return ports.store.transaction(async (parts) => {
    const change = { passwordHash: next.hash, passwordIsOneTime: next.oneTime };
    if (!(await parts.operators.changePassword(tenant, id, was, change))) return false;
    await parts.operatorSessions.endAll(tenant, id);
    if (session) await putSession(parts, tenant, session);
    await parts.changes.announce({ tenant, kind: "operator", id });
    await auditOperator(ports, parts, operator, "password", next.by === undefined ? {} : { by: next.by });
    return true;
  });
}

/** Changes one's own password, ends every other session, and gives this one another cookie. */
export async function changePassword(
  ports: OperatorPorts,
  { tenant, id, name }: SignedIn,
  { old, next }: { readonly old: Secret; readonly next: Secret },
  browser: string,
): Promise<PasswordFlaw | { readonly cookie: Secret }> {
  const flaw = flawOfPassword(next.reveal(), name);
  const operator = await ports.store.operators.get(tenant, id);
  if (!operator) return "wrong";
  const own = await isOwnPassword(ports, operator, old);
  if (own !== true) return own;
  if (flaw) return flaw;
  if (next.reveal() === old.reveal()) return "same";
  const hash = await ports.passwords.hash(next);
  const { row, cookie } = newSession(ports, { tenant, operator: id, browser, needs: null });
  return (await writePassword(ports, operator, { hash, oneTime: false }, row)) ? { cookie } : "wrong";
}

/** The last step of a sign-in with a one-time password: one that only its operator knows. */
export async function choosePassword(
  ports: OperatorPorts,
  { session, operator }: FoundSession,
  next: Secret,
  browser: string,
): Promise<PasswordFlaw | SignInStep> {
  const flaw = flawOfPassword(next.reveal(), operator.name);
  if (flaw) return flaw;
  if (session.needs !== "password") return { kind: "refused" };
  if (await ports.passwords.verify(operator.passwordHash, next)) return "same";
  const hash = await ports.passwords.hash(next);
  if (!(await writePassword(ports, operator, { hash, oneTime: false }))) return { kind: "refused" };
  return openSession(ports, operator, browser, null);
}

/**
 * Gives an operator a new one-time password, ends every session and, where that is asked for, the second factor.
 * @param by who did it; `null` for somebody with the gateway's machine in hand
 */
export async function resetPassword(
  ports: Omit<OperatorPorts, "vault">,
  operator: Operator,
  { secondFactorOff }: { readonly secondFactorOff: boolean },
  by: string | null,
): Promise<Secret | undefined> {
  const password = newPassword(ports.randomBytes);
  const hash = await ports.passwords.hash(password);
  if (!(await writePassword(ports, operator, { hash, oneTime: true, by }))) return undefined;
  if (secondFactorOff && operator.sealedTotp) {
    const { tenant, id } = operator;
    await ports.store.transaction(async (parts) => {
      await parts.operators.changeTotp(tenant, id, { sealedTotp: null, totpUsedStep: 0 });
      await auditOperator(ports, parts, operator, "second_factor", { by, facts: { on: false } });
    });
  }
  return password;
}
