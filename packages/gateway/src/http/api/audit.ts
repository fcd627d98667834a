import { Readable } from "node:stream";
import { auditLine, showAudit } from "../../flows/audit-lines.js";
import { auditRecords, verifyAudit } from "../../flows/verify-audit.js";
import type { AuditRecord } from "../../ports/audit.js";
import type { Ports } from "../../ports/ports.js";
import { auditEntry, auditQuery, auditVerdict, verifyQuery } from "../schemas/history.js";
import { listed } from "../schemas/page.js";
import { answers } from "../schemas/problem.js";
import { type ApiServer, needs, sequencePage } from "./api-server.js";

async function* lines(records: AsyncIterable<AuditRecord>): AsyncGenerator<string, void, undefined> {
  for await (const record of records) yield `${auditLine(record)}\n`;
}

/** Who did what, and whether it still says so. */
export function auditRoutes(server: ApiServer, { store }: Ports): void {
  server.get(
    "/v1/audit",
    {
      config: needs("admin"),
      schema: {
        summary: "Who did what, oldest first",
        description: "With `format=ndjson` a stream of all entries, one a line (`application/x-ndjson`).",
        querystring: auditQuery,
        response: answers(200, listed(auditEntry)),
      },
    },
    async ({ caller: { tenant }, query: { after, limit, format } }, reply) => {
      if (format === "json")
        return sequencePage(await store.audit.list(tenant, after, limit), limit, showAudit);
      const { head } = (await store.audit.chain(tenant)) ?? { head: { sequence: 0 } };
      const text = Readable.from(lines(auditRecords(store, tenant, after, head.sequence)));
      return reply.type("application/x-ndjson").send(text as never);
    },
  );

  server.get(
    "/v1/audit/verify",
    {
      config: needs("admin"),
      schema: {
        summary: "Walk the audit's chain of hashes, and look for an entry whose hash you have kept",
        querystring: verifyQuery,
        response: answers(200, auditVerdict),
      },
    },
    async ({ caller, query: { anchor } }) => {
      const verdict = await verifyAudit(store, caller.tenant, anchor && [anchor]);
      const { intact, records, head, erased, anchorsTooOld, faults } = verdict;
      return { intact, records, head, erased, anchors_too_old: anchorsTooOld, faults: [...faults] };
    },
  );
}
