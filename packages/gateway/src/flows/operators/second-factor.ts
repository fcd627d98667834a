import { Secret } from "kunji";
import { Problem } from "../../domain/problem.js";
import { sealedPlaces, slotAt } from "../../domain/sealed-places.js";
import type { SignedIn } from "../../ports/operator-sessions.js";
import { auditOperator } from "./audit-operator.js";
import { isOwnPassword } from "./operator-password.js";
import type { OperatorPorts } from "./operator-ports.js";

/** A secret that is offered, with the address of its QR code. */
export interface OfferedFactor {
  readonly secret: Secret;
  readonly address: Secret;
}

/** Offers a secret: a new one, or once more the one that a form brings back. Nothing is written down yet. */
export function offerFactor(
  { secondFactors }: Pick<OperatorPorts, "secondFactors">,
  { name }: Pick<SignedIn, "name">,
  again?: string,
): OfferedFactor {
  const secret =
    again !== undefined && secondFactors.isSecret(again) ? new Secret(again) : secondFactors.newSecret();
  return { secret, address: secondFactors.address(secret, name) };
}

/** Puts the second factor on, once a code has shown that the authenticator app has the secret. */
export async function putFactorOn(
  ports: OperatorPorts,
  { tenant, id }: SignedIn,
  typed: { readonly secret: string; readonly code: Secret; readonly password: Secret },
): Promise<"on" | "wrong" | "wait" | "code"> {
  const operator = await ports.store.operators.get(tenant, id);
  if (!operator || !ports.secondFactors.isSecret(typed.secret)) throw new Problem("request_invalid");
  const own = await isOwnPassword(ports, operator, typed.password);
  if (own !== true) return own;
  const secret = new Secret(typed.secret);
  const step = ports.secondFactors.stepOf(secret, typed.code, ports.wall());
  if (step === undefined) return "code";
  const sealedTotp = await ports.vault.seal(slotAt(sealedPlaces.operatorTotp, tenant, id), secret);
  await ports.store.transaction(async (parts) => {
    await parts.operators.changeTotp(tenant, id, { sealedTotp, totpUsedStep: step });
    await auditOperator(ports, parts, operator, "second_factor", { facts: { on: true } });
  });
  return "on";
}

/** Takes the second factor off. */
export async function takeFactorOff(
  ports: OperatorPorts,
  { tenant, id }: SignedIn,
  password: Secret,
): Promise<"off" | "wrong" | "wait"> {
  const operator = await ports.store.operators.get(tenant, id);
  if (!operator) return "wrong";
  const own = await isOwnPassword(ports, operator, password);
  if (own !== true) return own;
  await ports.store.transaction(async (parts) => {
    await parts.operators.changeTotp(tenant, id, { sealedTotp: null, totpUsedStep: 0 });
    await auditOperator(ports, parts, operator, "second_factor", { facts: { on: false } });
  });
  return "off";
}
