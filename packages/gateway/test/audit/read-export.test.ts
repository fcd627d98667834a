import { expect, it } from "vitest";
import { chainBegin, chainHash } from "../../src/domain/audit-chain.js";
import { auditLine, readExport } from "../../src/flows/audit-lines.js";
import { verifyAudit } from "../../src/flows/verify-audit.js";
import { t0 } from "../support/rows.js";

/** A tenant's whole chain as an export's lines. */
function chainOf(tenant: string, length: number): Uint8Array[] {
  let { hash } = chainBegin;
  return Array.from({ length }, (_, i) => {
    const about = { action: "app.put", kind: "app", id: `ü${i}`, facts: null } as const;
    const statement = { tenant, sequence: i + 1, at: t0 + i, key: null, ...about };
    hash = chainHash(hash, statement);
    return Buffer.from(`${auditLine({ ...statement, hash })}\n`);
  });
}

it("an export is read a few lines at once, whatever its size, and of each tenant the part that is its own", async () => {
  const lines = [...chainOf("one", 2_500), ...chainOf("two", 1_200), ...chainOf("none", 1)];
  const read = { lines: 0, bytes: 0 };
  const reader = await readExport(async function* ({ start, end } = { start: 0, end: Number.MAX_VALUE }) {
    let at = 0;
    for (const line of lines) {
      if (at >= start && at <= end) {
        read.lines += 1;
        read.bytes += line.length;
        yield line;
      }
      at += line.length;
    }
  });
  const whole = lines.reduce((sum, { length }) => sum + length, 0);
  expect(reader).toMatchObject({ tenants: ["one", "two", "none"], unreadable: null, disordered: null });
  for (const [tenant, records] of [
    ["one", 2_500],
    ["two", 1_200],
    ["none", 1],
  ] as const)
    expect(await verifyAudit(reader, tenant)).toMatchObject({ intact: true, records });
  expect(read).toEqual({ lines: 2 * lines.length, bytes: 2 * whole });
  const second = await reader.audit.list("two", 0, 10);
  expect([second.length, read.lines - 2 * lines.length]).toEqual([10, 10]);
});
