import { sql } from "kysely";
import type { Store, StoreParts } from "../../ports/store.js";
import { apiKeysIn } from "./api-keys.js";
import { appsIn } from "./apps.js";
import { attemptsIn } from "./attempts.js";
import { auditIn } from "./audit.js";
import type { News } from "./changes-local.js";
import { codesIn } from "./codes.js";
import { connectionsIn } from "./connections.js";
import { dueWorkIn } from "./due-work.js";
import { eventsIn } from "./events.js";
import { idempotencyIn } from "./idempotency.js";
import { inTransaction } from "./in-transaction.js";
import { installationIn } from "./installation.js";
import { operatorSessionsIn } from "./operator-sessions.js";
import { operatorsIn } from "./operators.js";
import { orderBudgetsIn } from "./order-budgets.js";
import { rotationsIn } from "./rotations.js";
import { sealedValuesIn } from "./sealed-values.js";
import { signInTriesIn } from "./sign-in-tries.js";
import type { Place } from "./tables.js";
import { tenantsIn } from "./tenants.js";
import { vaultRecordsIn } from "./vault-records.js";
import { vendorSessionsIn } from "./vendor-sessions.js";
import { waysInIn } from "./ways-in.js";
import { webhooksIn } from "./webhooks.js";

function partsIn(place: Place, news: News): StoreParts {
  return {
    tenants: tenantsIn(place),
    apiKeys: apiKeysIn(place),
    apps: appsIn(place),
    connections: connectionsIn(place),
    attempts: attemptsIn(place),
    codes: codesIn(place),
    idempotency: idempotencyIn(place),
    audit: auditIn(place),
    vendorSessions: vendorSessionsIn(place),
    orderBudgets: orderBudgetsIn(place),
    events: eventsIn(place),
    webhooks: webhooksIn(place),
    operators: operatorsIn(place),
    operatorSessions: operatorSessionsIn(place),
    signInTries: signInTriesIn(place),
    waysIn: waysInIn(place),
    dueWork: dueWorkIn(place),
    installation: installationIn(place),
    vaultRecords: vaultRecordsIn(place),
    rotations: rotationsIn(place),
    sealedValues: sealedValuesIn(place),
    changes: { announce: (change) => news.announce(place, change) },
    async clock() {
      const { rows } = await sql<{ now: number }>`select ${place.traits.now} as now`.execute(place.db);
      return rows[0]?.now ?? Number.NaN;
    },
  };
}

/** The store on a database whose tables are of this version. */
export function makeStore(place: Place, news: News, close: () => Promise<void>): Store {
  return {
    ...partsIn(place, news),
    async transaction(work) {
      let last: Place | undefined;
      let committed = false;
      try {
        const answer = await inTransaction(place, (within) => {
          if (last) news.settled(last, false);
          last = within;
          return work(partsIn(within, news));
        });
        committed = true;
        return answer;
      } finally {
        if (last) news.settled(last, committed);
      }
    },
    listen: (listener) => news.listen(listener),
    close,
  };
}
