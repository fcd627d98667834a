import type { AuditFacts } from "../../domain/audit-chain.js";
import type { Operator } from "../../ports/operators.js";
import type { StoreParts } from "../../ports/store.js";
import type { OperatorPorts } from "./operator-ports.js";

/** Writes down what an operator did, or what was done to one: last in its transaction. @param by who did it, by default the operator */
export const auditOperator = (
  { now }: Pick<OperatorPorts, "now">,
  { audit }: Pick<StoreParts, "audit">,
  { tenant, id }: Pick<Operator, "tenant" | "id">,
  action: string,
  { by = id, facts }: { readonly by?: string | null; readonly facts?: AuditFacts } = {},
) =>
  audit.append(tenant, {
    at: now(),
    key: by,
    action: `operator.${action}`,
    kind: "operator",
    id,
    ...(facts && { facts }),
  });
