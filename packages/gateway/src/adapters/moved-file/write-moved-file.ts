import { createHash } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { type MovedEnd, type MovedHead, tableLine } from "../../domain/moved-file.js";
import { MovedFileError } from "../../domain/moved-file-error.js";
import { rowLine } from "../../domain/moved-row.js";
import type { RowSink } from "../../ports/row-sink.js";

function unwritable(error: unknown): MovedFileError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "EEXIST")
    return new MovedFileError("moved_file_unwritable", "The file is there already: name a new one.");
  const next =
    code === "ENOENT"
      ? "Make its folder first."
      : "Check that its folder may be written and that there is room.";
  return new MovedFileError(
    "moved_file_unwritable",
    `The file can't be written${code && ` (${code})`}. ${next}`,
  );
}

/** Makes a file for its owner alone, in the place of none. @throws MovedFileError */
export async function makeFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx", 0o600);
  } catch (error) {
    throw unwritable(error);
  }
}

/** Lines for a file, and what is to be said of them in the last one. */
function linesInto(file: FileHandle) {
  const hash = createHash("sha256");
  const counts: Record<string, number> = {};
  let table = "";
  const write = async (lines: readonly string[]): Promise<void> => {
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    hash.update(bytes);
    await file.appendFile(bytes).catch((error: unknown) => {
      throw unwritable(error);
    });
  };
  const sink: RowSink = {
    async table(name, columns) {
      table = name;
      counts[name] = 0;
      await write([tableLine(name, columns)]);
    },
    async rows(rows) {
      counts[table] = (counts[table] ?? 0) + rows.length;
      await write(rows.map(rowLine));
    },
  };
  const end = async (): Promise<MovedEnd> => {
    const last = { rows: counts, sha256: hash.copy().digest("hex") };
    await write([JSON.stringify(last)]);
    return last;
  };
  return { write, sink, end };
}

/**
 * Writes the rows that `give` gives to a new file with mode 0600, and waits until it outlives a power cut. Where it comes to
 * nothing there is no file.
 * @throws MovedFileError `moved_file_unwritable`, and what `give` throws
 */
export async function writeMovedFile(
  path: string,
  head: MovedHead,
  give: (sink: RowSink) => Promise<void>,
): Promise<MovedEnd> {
  const file = await makeFile(path);
  try {
    const { write, sink, end } = linesInto(file);
    await write([JSON.stringify(head)]);
    await give(sink);
    const last = await end();
    await file.sync().catch((error: unknown) => {
      throw unwritable(error);
    });
    return last;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
