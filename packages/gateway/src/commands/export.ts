import { exportRows } from "../adapters/database/export-rows.js";
import { gatewaysAtWork } from "../adapters/database/gateways-at-work.js";
import { thisVersion } from "../adapters/database/migrate.js";
import { openSnapshot } from "../adapters/database/open-snapshot.js";
import { writeMovedFile } from "../adapters/moved-file/write-moved-file.js";
import { type MovedHead, movedFormat } from "../domain/moved-file.js";
import { keySourceOf } from "../key-place.js";
import { storePlaceOf } from "../store-place.js";
import type { Command } from "./command.js";
import { fileArgument } from "./file-argument.js";
import { tableCounts, toldRows } from "./told-rows.js";

/** `kunji-gateway export`: everything that is stored, as lines of a file. */
export const exportRowsTo: Command = {
  help: "export <file>   writes everything that is stored to a new file, for import",
  async run(args, { settings, now, say }) {
    const file = fileArgument(args, "export");
    const where = storePlaceOf(settings);
    const { place, close } = await openSnapshot(where);
    try {
      if (await gatewaysAtWork(where, place))
        say("A gateway runs on this database: what it does from now on is not in the file. Stop it to move.");
      const at = new Date(now()).toISOString();
      const head: MovedHead = { format: movedFormat, version: thisVersion, at };
      const { rows } = await writeMovedFile(file, head, (sink) => exportRows(place, toldRows(sink, say)));
      for (const line of tableCounts(rows)) say(line);
    } finally {
      await close();
    }
    say(`Everything is in ${file}. Sealed values are sealed in it: they open with the keys in`);
    say(`  ${keySourceOf(settings).file.path}, which go apart from it.`);
  },
};
