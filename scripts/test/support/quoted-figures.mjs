// Figures that a text quotes from what was measured, as far as that can be told: where a paragraph names the file, it and the
// tables beside it must hold what that file holds.

/** Figures with a unit. */
const withUnit = /(?<![\w.,])(\d[\d,]*(?:\.\d+)?) ?(?:s|ms|kB|MB|MiB|%|times|a second)(?![\w/])/g;
/** What only a measurement says, and a limit or a setting never. */
const onlyMeasured = /\d(?: requests| logins| records| calls) a second\b|\d ?kB\b|\bp(?:50|95|99)\b/;
const namedFile = /`(?:bench\/results\/)?([\w-]+)\.json`/g;

const isTable = (block) => block.startsWith("|");

/** Paragraphs, lists and tables, without code. */
export const blocksOf = (text) =>
  text
    .replace(/^```[\s\S]*?^```$/gm, "")
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter(Boolean);

/** All numbers of a file of figures. */
function numbersIn(value) {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

/** Whether a figure is one of the numbers, rounded as it is written: as it stands, a thousandth (ms as s) or as a percentage. */
function isHeld(figure, numbers) {
  const text = figure.replaceAll(",", "");
  const digits = text.split(".")[1]?.length ?? 0;
  const wanted = Number(text).toFixed(digits);
  return numbers.some((number) =>
    [number, number / 1_000, number * 100].some((one) => one.toFixed(digits) === wanted),
  );
}

/**
 * What is wrong with the figures that a text quotes.
 * @param figuresOf by a part's name: what it has kept, `undefined` where it was never run, `null` where there is no such part
 */
export function wrongQuotes(text, figuresOf) {
  const blocks = blocksOf(text);
  const wrong = [];
  const named = blocks.map((block) =>
    [...block.matchAll(namedFile)].map(([, part]) => part).filter((part) => figuresOf(part) !== null),
  );
  blocks.forEach((block, i) => {
    const beside = isTable(block) ? [...(named[i - 1] ?? []), ...(named[i + 1] ?? [])] : [];
    const parts = [...named[i], ...beside];
    if (parts.length === 0) {
      const [found] = onlyMeasured.exec(block) ?? [];
      if (found) wrong.push(`${found}: no file of figures is named beside it`);
      return;
    }
    const numbers = parts.flatMap((part) => numbersIn(figuresOf(part)));
    for (const [figure, number] of block.matchAll(withUnit))
      if (!isHeld(number, numbers)) wrong.push(`${figure}: not in ${parts.join(", ")}`);
  });
  return wrong;
}
