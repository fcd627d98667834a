import { createHash } from "node:crypto";
import { endFrom, headFrom, type MovedEnd, tableFrom } from "../../domain/moved-file.js";
import { MovedFileError } from "../../domain/moved-file-error.js";
import { type MovedColumn, type MovedRow, rowFrom } from "../../domain/moved-row.js";
import type { RowSink } from "../../ports/row-sink.js";
import { fileLines } from "./file-lines.js";

/** How many rows are given at once. */
const batch = 500;

const changed = (): MovedFileError =>
  new MovedFileError(
    "moved_file_changed",
    "The file is cut off, or was changed since it was written: copy it again, or export again.",
  );
const foreign = (): MovedFileError =>
  new MovedFileError(
    "moved_file_foreign",
    "The file is no export of kunji-gateway, or one of a later version.",
  );

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    return undefined;
  }
}

function checkHead(line: Buffer, version: readonly string[]): void {
  const head = headFrom(parsed(line));
  if (!head) throw foreign();
  if (head.version.length === version.length && version.every((name, i) => head.version[i] === name)) return;
  throw new MovedFileError(
    "moved_file_version",
    "The file is of another version of the gateway's tables: export it with the version that is to import it.",
  );
}

/** Gives rows on, a batch at a time, and counts them. */
function giving(sink: RowSink) {
  const counts: Record<string, number> = {};
  let waiting: MovedRow[] = [];
  let now: { readonly name: string; readonly columns: readonly MovedColumn[] } | undefined;
  const flush = async (): Promise<void> => {
    if (waiting.length > 0) await sink.rows(waiting.splice(0));
  };
  return {
    counts,
    flush,
    async row(line: unknown) {
      const row = now && rowFrom(line, now.columns);
      if (!now || !row) throw changed();
      counts[now.name] = (counts[now.name] ?? 0) + 1;
      if (waiting.push(row) === batch) await flush();
    },
    async table(table: { readonly name: string; readonly columns: readonly MovedColumn[] }) {
      await flush();
      if (table.name in counts) throw changed();
      counts[table.name] = 0;
      now = table;
      waiting = [];
      await sink.table(table.name, table.columns);
    },
  };
}

const sameCounts = (one: MovedEnd["rows"], other: MovedEnd["rows"]): boolean =>
  JSON.stringify(Object.entries(one)) === JSON.stringify(Object.entries(other));

/**
 * Gives the rows of a file of `writeMovedFile`; only when it has returned they are known to be all, and as they were written.
 * @param version the migrations that the tables here have had
 * @throws MovedFileError every code but `moved_file_unwritable`, and what the sink throws
 */
export async function readMovedFile(
  path: string,
  version: readonly string[],
  sink: RowSink,
): Promise<MovedEnd> {
  const hash = createHash("sha256");
  const to = giving(sink);
  let begun = false;
  let end: MovedEnd | undefined;
  for await (const line of fileLines(path)) {
    if (!begun) {
      checkHead(line, version);
      begun = true;
    } else {
      const content = parsed(line);
      // Nothing comes behind the end.
      if (end || line.at(-1) !== 0x0a) throw changed();
      end = endFrom(content);
      if (end) {
        await to.flush();
        if (end.sha256 !== hash.digest("hex") || !sameCounts(end.rows, to.counts)) throw changed();
        continue;
      }
      const table = tableFrom(content);
      await (table ? to.table(table) : to.row(content));
    }
    hash.update(line);
  }
  if (!begun) throw foreign();
  if (!end) throw changed();
  return end;
}
