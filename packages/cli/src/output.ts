import { stripVTControlCharacters, styleText } from "node:util";
import { pasteable } from "./command-lines.js";
import type { Io } from "./io.js";

export type Tone = "good" | "warn" | "bad" | "quiet" | "strong";

const formats = { good: "green", warn: "yellow", bad: "red", quiet: "dim", strong: "bold" } as const;

/** How a command speaks. */
export interface Output {
  readonly json: boolean;
  /** A line for a person: on stdout, or on stderr where stdout holds JSON. */
  say(line: string): void;
  /** A line on stderr. */
  warn(line: string): void;
  /** The command's result: as JSON where that was asked for, else in the lines for a person. */
  result(value: unknown, lines: readonly string[]): void;
  tone(tone: Tone, text: string): string;
}

/** Text from elsewhere without what could steer a terminal. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, "");

type Manner = { readonly json: boolean; readonly colour: boolean; readonly npx: boolean };

/** Commands in what is said, JSON too, are shown as they can be pasted: a broker's own words take another way. */
export function outputTo(io: Io, { json, colour, npx }: Manner): Output {
  const sink = json ? io.stderr : io.stdout;
  const say = (line: string) => void sink.write(`${pasteable(line, npx)}\n`);
  const coloured = colour && sink.isTTY === true;
  return {
    json,
    say,
    warn: (line) => void io.stderr.write(`${pasteable(line, npx)}\n`),
    result(value, lines) {
      if (json) io.stdout.write(`${pasteable(JSON.stringify(value, null, 2), npx)}\n`);
      else for (const line of lines) say(line);
    },
    tone: (tone, text) => (coloured ? styleText(formats[tone], text, { validateStream: false }) : text),
  };
}

/** Rows under each other; a cell's colours don't count as its width. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const bare = (cell: string) => stripVTControlCharacters(cell).length;
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => bare(row[column] ?? ""))));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - bare(cell)))
      .join("  ")
      .trimEnd(),
  );
}
