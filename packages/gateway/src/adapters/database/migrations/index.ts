import type { Kysely } from "kysely";
import type { Traits } from "../dialect.js";
import { firstTables } from "./0001-first-tables.js";
import { auditAndKeptAnswers } from "./0002-audit-and-kept-answers.js";
import { keyRotation } from "./0003-key-rotation.js";
import { egressAndOrderBudgets } from "./0004-egress-and-order-budgets.js";
import { webhooksAndAuditChain } from "./0005-webhooks-and-audit-chain.js";
import { listsAtSize } from "./0006-lists-at-size.js";
import { appDisplay } from "./0007-app-display.js";
import { operators } from "./0008-operators.js";
import { pagesAtSize } from "./0009-pages-at-size.js";

type Step = (db: Kysely<unknown>, traits: Traits) => Promise<void>;

/** Every migration, oldest first, forward only. A released one is never changed: write the next. */
export const migrations: Readonly<Record<string, Step>> = {
  "0001-first-tables": firstTables,
  "0002-audit-and-kept-answers": auditAndKeptAnswers,
  "0003-key-rotation": keyRotation,
  "0004-egress-and-order-budgets": egressAndOrderBudgets,
  "0005-webhooks-and-audit-chain": webhooksAndAuditChain,
  "0006-lists-at-size": listsAtSize,
  "0007-app-display": appDisplay,
  "0008-operators": operators,
  "0009-pages-at-size": pagesAtSize,
};
