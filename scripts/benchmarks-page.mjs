// The tables of docs/benchmarks.md, made from what the benchmarks have kept. All else on the page is written by hand.
import { Sentence } from "./settings.mjs";

export const benchmarksPage = "docs/benchmarks.md";

const begin = (part) => `<!-- figures: ${part} -->`;
const end = "<!-- end of figures -->";
const place = /<!-- figures: ([\w-]+) -->\n[\s\S]*?<!-- end of figures -->/g;

/** The text without the tables: what a person wrote. */
export const proseOf = (text) => text.replace(place, "");

/** A number as people read it: three digits and more where it has them. */
function written(cell) {
  if (typeof cell !== "number") return String(cell);
  const digits = Math.abs(cell) >= 100 ? 0 : Math.abs(cell) >= 10 ? 1 : 2;
  return cell.toLocaleString("en-GB", { maximumFractionDigits: digits });
}

const line = (cells) => `| ${cells.map((cell) => written(cell).replaceAll("|", "\\|")).join(" | ")} |`;

/** A table in Markdown; columns of numbers stand to the right. */
export function tableOf(columns, rows) {
  const isNumber = (i) => rows.every((row) => /^(?:× ?)?[\d.,]*(?: \(.*\))?$/.test(written(row[i])));
  const rule = columns.map((_, i) => (i > 0 && isNumber(i) ? "---:" : "---"));
  return [line(columns), line(rule), ...rows.map(line)].join("\n");
}

function goalsOf(goals = []) {
  if (goals.length === 0) return [];
  return [
    tableOf(
      ["goal", "measured", ""],
      goals.map(({ goal, figure, met }) => [goal, figure, met ? "met" : "**missed**"]),
    ),
  ];
}

function shown({ part, command, figures, table }) {
  if (figures === undefined) return [`Not measured yet: \`${command}\`.`];
  if (table === undefined) throw new Sentence(`The part ${part} has figures and exports no table.`);
  const { goals, tables, ...only } = table(figures);
  const { measuredOn, versions = {}, sound } = figures;
  const { cpu, cores, memoryGiB, platform, node } = measuredOn;
  const compared = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const machine = [
    `${cpu}`,
    `${cores} cores`,
    `${memoryGiB} GiB`,
    platform,
    `Node ${node.replace(/^v/, "")}`,
  ];
  return [
    ...(sound === false ? ["**Not sound: the run found answers or states that were wrong.**"] : []),
    ...(tables ?? [only]).map(({ columns, rows }) => tableOf(columns, rows)),
    ...goalsOf(goals),
    `By \`${command}\` on ${[...machine, ...compared].join(", ")}: [${part}.json](../bench/results/${part}.json).`,
  ];
}

/**
 * The page with each part's tables at its place.
 * @param parts `{ part, command, figures, table }` of each, `figures` undefined where it was never run
 * @throws Sentence where a part has no place or several, or a place no part
 */
export function withTables(text, parts) {
  const placed = [...text.matchAll(place)].map(([, part]) => part);
  for (const { part } of parts)
    if (placed.filter((one) => one === part).length !== 1)
      throw new Sentence(
        `${benchmarksPage} must have one place for ${part}: "${begin(part)}" and below it "${end}".`,
      );
  return text.replace(place, (_, name) => {
    const found = parts.find(({ part }) => part === name);
    if (!found) throw new Sentence(`${benchmarksPage} has a place for ${name}, and there is no such part.`);
    return [begin(name), ...shown(found), end].join("\n\n");
  });
}
