import { withoutSurvivors } from "./mutation-areas.mjs";

const longest = 160;
const oneLine = (text) => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
};

/** The text that a change takes the place of. */
function changedText(lines, { start, end }) {
  if (start.line === end.line) return lines[start.line - 1].slice(start.column - 1, end.column - 1);
  return [lines[start.line - 1].slice(start.column - 1), ...lines.slice(start.line, end.line)].join("\n");
}

/** Which of those that must have no survivor the line belongs to, if any. */
const criticalIn = (file, line) =>
  Object.entries(withoutSurvivors).find(([, files]) =>
    Object.hasOwn(files, file) ? (files[file]?.test(line) ?? true) : false,
  )?.[0];

/**
 * What a report of Stryker's says: how many changes there were, how many a test noticed, by failing or by never ending, and which
 * none did.
 * @see https://github.com/stryker-mutator/mutation-testing-elements/tree/master/packages/report-schema
 */
export function foundIn({ files }) {
  const all = Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split("\n");
    return mutants.map(({ status, location, replacement, mutatorName }) => ({
      status,
      where: `${file}:${location.start.line}`,
      change: oneLine(`${changedText(lines, location)} → ${replacement ?? mutatorName}`),
      critical: criticalIn(file, lines[location.start.line - 1]),
    }));
  });
  const counted = all.filter(({ status }) => !["Ignored", "CompileError", "RuntimeError"].includes(status));
  const noticed = counted.filter(({ status }) => status === "Killed" || status === "Timeout");
  return {
    changes: counted.length,
    noticed: noticed.length,
    score: Number(((100 * noticed.length) / counted.length).toFixed(1)),
    errors: all.filter(({ status }) => status === "RuntimeError").length,
    unnoticed: counted
      .filter(({ status }) => status === "Survived" || status === "NoCoverage")
      .map(({ where, change, critical, status }) => ({
        where,
        change,
        ...(status === "NoCoverage" && { covered: false }),
        ...(critical && { critical }),
      })),
  };
}
