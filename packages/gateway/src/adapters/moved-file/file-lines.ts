import { createReadStream } from "node:fs";
import { MovedFileError } from "../../domain/moved-file-error.js";

/** No row is as long, in bytes: a file without lines must not fill the memory. */
const longestLine = 64 * 1_048_576;
const lineFeed = 0x0a;

/**
 * The lines of a file as bytes, each with its line feed; the last one may have none. Text has more ends of lines than JSON, so
 * that Node's own reader of lines won't do.
 * @param part the bytes to read, all of them without it; `end` is the last one's place
 * @throws MovedFileError `moved_file_unreadable`, `moved_file_foreign`
 */
export async function* fileLines(
  path: string,
  part: { readonly start?: number; readonly end?: number } = {},
): AsyncGenerator<Buffer, void, undefined> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  try {
    for await (const chunk of createReadStream(path, { ...part, highWaterMark: 1_048_576 })) {
      const bytes = chunk as Buffer;
      let from = 0;
      for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, from)) {
        const line = bytes.subarray(from, at + 1);
        yield held.length === 0 ? line : Buffer.concat([...held, line]);
        held = [];
        heldBytes = 0;
        from = at + 1;
      }
      held.push(bytes.subarray(from));
      heldBytes += bytes.length - from;
      if (heldBytes > longestLine)
        throw new MovedFileError("moved_file_foreign", "The file is no export of kunji-gateway.");
    }
  } catch (error) {
    if (error instanceof MovedFileError || !(error instanceof Error) || !("syscall" in error)) throw error;
    throw new MovedFileError("moved_file_unreadable", "The file can't be read.");
  }
  if (heldBytes > 0) yield Buffer.concat(held);
}
