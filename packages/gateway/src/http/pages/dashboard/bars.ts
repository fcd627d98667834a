import { html } from "hono/html";
import type { Html } from "../layout.js";

/** What one part of a bar stands for: by its tone, the shape that goes with it, and its place, never by colour alone. */
export interface BarPart {
  readonly name: string;
  readonly tone: "good" | "bad" | "open";
}

export interface BarRow {
  /** What the bar is of, such as a broker with its mark. */
  readonly name: Html | string;
  /** One for each part. */
  readonly numbers: readonly number[];
  /** More that is told of it, one for each of the other columns. */
  readonly others?: readonly (Html | string)[];
}

export interface Bars {
  /** What the table shows, for those who can't see it. */
  readonly caption: string;
  /** The head of the first column. */
  readonly of: string;
  readonly parts: readonly BarPart[];
  readonly rows: readonly BarRow[];
  /** The heads of the columns after the parts'. */
  readonly others?: readonly string[];
}

const height = 14;
/** Bad parts are striped, open ones are lower and hollow. */
const heights: Readonly<Record<BarPart["tone"], number>> = { good: height, bad: height, open: height - 4 };

/** What striped parts are drawn with: once on a page that has bars, before them. */
export const barStripes: Html = html`<svg class="aside" width="0" height="0" aria-hidden="true" focusable="false"><defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="stripe-ground" width="6" height="6"/><rect class="stripe" width="3" height="6"/></pattern></defs></svg>`;

const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;

const part = (tone: BarPart["tone"], x: number, width: number): Html =>
  html`<rect class="bar-${tone}" x="${percent(x)}" y="${(height - heights[tone]) / 2}" width="${percent(width)}" height="${heights[tone]}"${tone === "bad" ? html` fill="url(#stripes)"` : ""}/>`;

/** One bar, as long as its numbers' share of the longest one. */
export function bar(parts: readonly BarPart[], numbers: readonly number[], longest: number): Html {
  let x = 0;
  const drawn = parts.map(({ tone }, i) => {
    const width = (numbers[i] ?? 0) / Math.max(1, longest);
    x += width;
    return width === 0 ? "" : part(tone, x - width, width);
  });
  return html`<svg class="stack" width="100%" height="${height}" aria-hidden="true" focusable="false">${drawn}</svg>`;
}

const swatch = ({ tone }: BarPart): Html =>
  html`<svg class="swatch" width="12" height="${height}" aria-hidden="true" focusable="false">${part(tone, 0, 1)}</svg>`;

const grouped = new Intl.NumberFormat("en-GB");
/** A number as people read it. */
export const counted = (number: number): string => grouped.format(number);

/** Bars that stand in the table of their numbers, which is stacked where there is no room. */
export function barsTable({ caption, of, parts, rows, others = [] }: Bars): Html {
  const longest = Math.max(...rows.map(({ numbers }) => numbers.reduce((sum, each) => sum + each, 0)));
  return html`<table class="counted"><caption class="aside">${caption}</caption>
<thead><tr><th scope="col">${of}</th><td class="along"></td>${parts.map((each) => html`<th scope="col" class="count">${swatch(each)} ${each.name}</th>`)}${others.map((each) => html`<th scope="col" class="count">${each}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ name, numbers, others: told = [] }) =>
      html`<tr><th scope="row">${name}</th><td class="along">${bar(parts, numbers, longest)}</td>${parts.map((each, i) => html`<td class="count"><span class="of">${swatch(each)} ${each.name}</span> ${counted(numbers[i] ?? 0)}</td>`)}${others.map((head, i) => html`<td class="count"><span class="of">${head}</span> ${told[i] ?? ""}</td>`)}</tr>
`,
  )}</tbody></table>`;
}
