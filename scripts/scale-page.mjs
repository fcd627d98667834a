// The sums of docs/scale.md, made from what was measured. All else on the page is written by hand.
import { tableOf } from "./benchmarks-page.mjs";
import { sumsOf } from "./scale-sums.mjs";
import { Sentence } from "./settings.mjs";

export const scalePage = "docs/scale.md";

const begin = "<!-- sums -->";
const end = "<!-- end of sums -->";
const place = /<!-- sums -->\n[\s\S]*?<!-- end of sums -->/;

/** The text without the sums: what a person wrote. */
export const writtenByHand = (text) => text.replace(place, "");

/**
 * The page with the sums at their place.
 * @param figures what each part has kept, by its name
 * @throws Sentence where the page has no place for them
 */
export function withSums(text, figures) {
  if (!place.test(text))
    throw new Sentence(`${scalePage} must have the line "${begin}" and below it "${end}".`);
  const { missing, columns, rows } = sumsOf(figures);
  const shown = missing
    ? `Not summed up yet: ${missing.map((part) => `\`npm run bench -- ${part}\``).join(", ")} ${missing.length === 1 ? "has" : "have"} not been run.`
    : tableOf(columns, rows);
  return text.replace(place, () => [begin, shown, end].join("\n\n"));
}
