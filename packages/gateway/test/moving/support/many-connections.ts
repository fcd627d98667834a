import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { importRows } from "../../../src/adapters/database/import-rows.js";
import { thisVersion } from "../../../src/adapters/database/migrate.js";
import { openEmpty } from "../../../src/adapters/database/open-empty.js";
import { readMovedFile } from "../../../src/adapters/moved-file/read-moved-file.js";
import { sealWith } from "../../../src/adapters/vault/ring-seal.js";
import { exportRowsTo } from "../../../src/commands/export.js";
import type { MovedColumn, MovedRow, MovedValue } from "../../../src/domain/moved-row.js";
import { sealedPlaces, slotAt } from "../../../src/domain/sealed-places.js";
import type { RowSink } from "../../../src/ports/row-sink.js";
import { readSettings } from "../../../src/settings.js";
import { storePlaceOf } from "../../../src/store-place.js";
import { tenant } from "../../vault/support/writers.js";
import { ringOf } from "./open-all.js";
import { runCommand } from "./run-command.js";
import { sealedGateway } from "./sealed-gateway.js";

/** As long as a session with two tokens of a broker's. */
const sessionText = JSON.stringify({ tokens: "t".repeat(900) });

/**
 * An empty database with sealed values in every place, and with so many live connections, each with a session that is sealed for
 * it. The keys are in the data folder.
 */
export async function manyConnections(
  env: { readonly KUNJI_DATA: string; readonly DATABASE_URL?: string | undefined },
  count: number,
): Promise<void> {
  const few = { KUNJI_DATA: env.KUNJI_DATA };
  const pattern = join(env.KUNJI_DATA, "pattern");
  await (await sealedGateway(few)).store.close();
  await runCommand(exportRowsTo, few, pattern);
  for (const end of ["", "-wal", "-shm"])
    await rm(join(env.KUNJI_DATA, "gateway", `gateway.sqlite${end}`), { force: true });
  const ring = await ringOf(join(env.KUNJI_DATA, "gateway", "keys"));
  const { place, close } = await openEmpty(storePlaceOf(readSettings(env)));

  const another = (columns: readonly MovedColumn[], like: MovedRow, n: number): MovedRow => {
    const id = `con_${String(n).padStart(12, "0")}`;
    const slot = slotAt(sealedPlaces.connectionSession, tenant, id);
    const own: Readonly<Record<string, MovedValue>> = {
      id,
      user: `user-${n}`,
      account: `A${n}`,
      session_key: null,
      sealed_session: sealWith(ring, ring.sealingKeyId, slot, sessionText, randomBytes),
      sealed_egress: null,
      egress: null,
    };
    return columns.map(({ name }, i) => (name in own ? (own[name] ?? null) : (like[i] ?? null)));
  };
  const more = (sink: RowSink): RowSink => {
    let columns: readonly MovedColumn[] | undefined;
    return {
      async table(name, its) {
        columns = name === "connections" ? its : undefined;
        await sink.table(name, its);
      },
      async rows(rows) {
        await sink.rows(rows);
        const session = columns?.findIndex(({ name }) => name === "sealed_session") ?? -1;
        const like = rows.find((row) => row[session]);
        if (!columns || !like) return;
        for (let n = 0; n < count; n += 500)
          await sink.rows(
            Array.from({ length: Math.min(500, count - n) }, (_, i) => another(columns ?? [], like, n + i)),
          );
        columns = undefined;
      },
    };
  };
  try {
    await importRows(place, (sink) => readMovedFile(pattern, thisVersion, more(sink)).then(() => undefined));
  } finally {
    await close();
    await rm(pattern);
  }
}
