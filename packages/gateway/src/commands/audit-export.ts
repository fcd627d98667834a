import { parseArgs } from "node:util";
import { openReader } from "../adapters/database/open-reader.js";
import { auditLine } from "../flows/audit-lines.js";
import { auditRecords } from "../flows/verify-audit.js";
import type { Installation } from "../ports/installation.js";
import { SettingError } from "../setting-error.js";
import { storePlaceOf } from "../store-place.js";
import type { Command } from "./command.js";

const usage =
  "kunji-gateway audit-export takes --tenant <id> and --after <sequence>, a whole number, and nothing else.";

/** Every tenant of an installation, in the order of their ids. */
export async function* everyTenant(
  installation: Pick<Installation, "tenantIds">,
): AsyncGenerator<string, void, undefined> {
  for (let after = ""; ; ) {
    const ids = await installation.tenantIds(after, 1_000);
    yield* ids;
    const last = ids.at(-1);
    if (last === undefined) return;
    after = last;
  }
}

function wishOf(args: readonly string[]): { readonly tenant?: string | undefined; readonly after: number } {
  try {
    const options = { tenant: { type: "string" }, after: { type: "string", default: "0" } } as const;
    const { tenant, after } = parseArgs({ args: [...args], options }).values;
    if (/^\d{1,15}$/.test(after)) return { tenant, after: Number(after) };
  } catch {
    // Said below.
  }
  throw new SettingError(usage);
}

/** `kunji-gateway audit-export`: the audit as lines of JSON, beside gateways that run. */
export const auditExport: Command = {
  help: "audit-export [--tenant <id>] [--after <n>]   writes the audit as lines of JSON",
  async run(args, { settings, say }) {
    const { tenant, after } = wishOf(args);
    const reader = await openReader(storePlaceOf(settings));
    try {
      for await (const id of tenant === undefined ? everyTenant(reader.installation) : [tenant]) {
        const chain = await reader.audit.chain(id);
        if (!chain) throw new SettingError("There is no such tenant.");
        for await (const record of auditRecords(reader, id, after, chain.head.sequence))
          say(auditLine(record));
      }
    } finally {
      await reader.close();
    }
  },
};
