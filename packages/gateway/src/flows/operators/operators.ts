import type { Secret } from "kunji";
import { operatorName } from "../../domain/operator-name.js";
import { Problem } from "../../domain/problem.js";
import { newPassword } from "../../domain/random-text.js";
import type { SignedIn } from "../../ports/operator-sessions.js";
import type { Operator } from "../../ports/operators.js";
import type { StoreParts } from "../../ports/store.js";
import { auditOperator } from "./audit-operator.js";
import type { OperatorPorts } from "./operator-ports.js";

/** The first operator's name. */
export const firstOperator = "operator";

/** Both chains tell of what is done to another tenant's people; of who did it, that tenant's own alone names the id. */
async function auditBoth(
  ports: OperatorPorts,
  parts: StoreParts,
  operator: Pick<Operator, "tenant" | "id">,
  action: string,
  by: SignedIn,
): Promise<void> {
  const own = operator.tenant === by.tenant;
  await auditOperator(ports, parts, operator, action, { by: own ? by.id : null });
  if (!own) await auditOperator(ports, parts, { tenant: by.tenant, id: operator.id }, action, { by: by.id });
}

const newId = ({ randomBytes }: Pick<OperatorPorts, "randomBytes">): string =>
  `opr_${Buffer.from(randomBytes(12)).toString("hex")}`;

/**
 * The tenant whose operators are meant: one's own, or one that the gateway's own tenant has made.
 * @throws Problem `not_found` for any other
 */
export async function tenantFor(
  { store }: Pick<OperatorPorts, "store">,
  { tenant, ofGateway }: SignedIn,
  wanted: string = tenant,
): Promise<string> {
  if (wanted === tenant) return tenant;
  const made = ofGateway ? await store.tenants.get(wanted) : undefined;
  if (made?.madeBy !== tenant || made.endedAt !== null) throw new Problem("not_found");
  return wanted;
}

/** Adds an operator with a one-time password. @throws Problem `request_invalid`, `id_taken` {name}, `not_found` */
export async function addOperator(
  ports: OperatorPorts,
  by: SignedIn,
  wish: { readonly name: string; readonly tenant?: string | undefined },
): Promise<{ readonly operator: Operator; readonly password: Secret }> {
  const name = operatorName(wish.name);
  if (name === undefined) throw new Problem("request_invalid", { field: "name" });
  const tenant = await tenantFor(ports, by, wish.tenant);
  const password = newPassword(ports.randomBytes);
  const passwordHash = await ports.passwords.hash(password);
  const row = { id: newId(ports), name, passwordHash, passwordIsOneTime: true, createdAt: ports.now() };
  const operator = await ports.store.transaction(async (parts) => {
    const added = await parts.operators.add(tenant, row);
    if (added) await auditBoth(ports, parts, added, "add", by);
    return added;
  });
  if (!operator) throw new Problem("id_taken", { field: "name" });
  return { operator, password };
}

/** Ends an operator and every session of theirs. Nobody ends themselves, so that one always stays. @throws Problem `not_found` */
export async function endOperator(
  ports: OperatorPorts,
  by: SignedIn,
  { id, tenant: wanted }: { readonly id: string; readonly tenant?: string | undefined },
): Promise<void> {
  const tenant = await tenantFor(ports, by, wanted);
  if (id === by.id) throw new Problem("request_invalid", { field: "id" });
  await ports.store.transaction(async (parts) => {
    if (!(await parts.operators.end(tenant, id, ports.now()))) throw new Problem("not_found");
    await parts.operatorSessions.endAll(tenant, id);
    await parts.changes.announce({ tenant, kind: "operator", id });
    await auditBoth(ports, parts, { tenant, id }, "end", by);
  });
}

/** Ends one of one's own sessions, or all but this one; `sign_out` where it is this one. True where there was one. */
export async function endSessions(
  ports: Pick<OperatorPorts, "store" | "now">,
  { tenant, id, session }: SignedIn,
  which: string | "others",
): Promise<boolean> {
  return ports.store.transaction(async (parts) => {
    const { operatorSessions } = parts;
    const ended =
      which === "others"
        ? (await operatorSessions.endAll(tenant, id, session)) > 0
        : await operatorSessions.end(tenant, id, which);
    if (!ended) return false;
    await parts.changes.announce({ tenant, kind: "operator", id });
    await auditOperator(ports, parts, { tenant, id }, which === session ? "sign_out" : "session_end");
    return true;
  });
}

/** Makes the first operator of a tenant that has never had one. True where this call made it. */
export async function makeFirstOperator(
  ports: OperatorPorts,
  tenant: string,
  password: Secret,
): Promise<boolean> {
  if (await ports.store.operators.any(tenant)) return false;
  const passwordHash = await ports.passwords.hash(password);
  const name = firstOperator;
  const row = { id: newId(ports), name, passwordHash, passwordIsOneTime: false, createdAt: ports.now() };
  return ports.store.transaction(async (parts) => {
    const added = await parts.operators.add(tenant, row);
    if (added) await auditOperator(ports, parts, added, "add", { by: null });
    return added !== undefined;
  });
}
