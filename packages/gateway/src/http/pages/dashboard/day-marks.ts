import { html } from "hono/html";
import type { CutOff } from "../../../flows/cut-offs.js";
import type { DayPicture } from "../../../flows/day-picture.js";
import type { Html } from "../layout.js";
import { type DayScale, percentOf, ticksOf } from "./day-scale.js";
import { type Country, clockIn } from "./zones.js";

/** The heights of a picture's parts, in px. The stylesheet has those of its names. */
export const scaleHeight = 36;
export const laneHeight = 17;
export const rowHeight = 36;
/** One lane for the markets' names, two for the cut-offs'. */
export const headHeight = scaleHeight + 3 * laneHeight + 3;

export const marketCountry = { NSE: "IN", US: "US" } as const;

/** Times that are written on the scales in place of the hours: now, and the one that was asked for. */
const told = ({ now, chosen }: DayPicture) => [
  { at: now, kind: "now" },
  ...(chosen === undefined ? [] : [{ at: chosen, kind: "asked" }]),
];

/** A country's hours along the top, or along the bottom. */
export function clockScale(day: DayPicture, scale: DayScale, country: Country, bottom?: number): Html {
  const edge = bottom ?? scaleHeight;
  const down = bottom === undefined ? -1 : 1;
  const written = (level: 1 | 2) => (down < 0 ? edge - 8 - (level - 1) * 15 : edge + 2 + level * 15);
  const marks = told(day);
  const ticks = ticksOf(
    scale,
    country,
    marks.map(({ at }) => scale.place(at)),
  );
  const upright = (kind: string, x: number, from: number, until: number): Html =>
    html`<line${kind ? html` class="${kind}"` : ""} x1="${x}%" x2="${x}%" y1="${edge + down * from}" y2="${edge + down * until}"/>`;
  return html`<g class="clock">${ticks.map(
    ({ x, clock, day: date }) =>
      html`${clock === undefined ? "" : html`${upright("", x, 0, 5)}<text x="${x}%" y="${written(1)}">${clock}</text>`}${date === undefined ? "" : html`${x > 0 ? upright("midnight", x, 21, scaleHeight) : ""}<text class="date" x="${x}%" dx="${x > 0 ? 4 : 0}" y="${written(2)}">${date}</text>`}`,
  )}${marks.map(({ at, kind }) => html`<text class="${kind}" x="${scale.place(at)}%" y="${written(1)}">${clockIn(country, at)}</text>`)}</g>`;
}

/** When markets trade, as bands behind the rows. */
export const marketBands = ({ markets }: DayPicture, scale: DayScale, bottom: number): Html =>
  html`<g class="markets">${markets.flatMap(({ sessions }) =>
    sessions.map(({ open, close }) => {
      const span = scale.span(open, close);
      return span
        ? html`<rect x="${span.x}%" y="${scaleHeight}" width="${span.width}%" height="${bottom - scaleHeight}"/>`
        : "";
    }),
  )}</g>`;

/** The markets' names over their bands, with their hours where there is room. */
export const marketNames = ({ markets }: DayPicture, scale: DayScale): Html =>
  html`<g class="markets">${markets.flatMap(({ market, sessions }) =>
    sessions.map(({ open, close }) => {
      const span = scale.span(open, close);
      if (!span || span.width < percentOf(24)) return "";
      const country = marketCountry[market];
      const hours = `${market} ${clockIn(country, open)}–${clockIn(country, close)}`;
      const middle = Math.round((span.x + span.width / 2) * 100) / 100;
      return html`<text x="${middle}%" y="${scaleHeight + 13}">${span.width > percentOf(118) ? hours : market}</text>`;
    }),
  )}</g>`;

/** A cut-off's words: whose sessions end there. */
const cutOffWords = ({ at, brokers }: CutOff, day: Pick<DayPicture, "brokers">): string => {
  const [first, second, third] = brokers.map((broker) => day.brokers[broker]);
  if (!first) return "";
  const names = third
    ? `${brokers.length} brokers`
    : [first, second].flatMap((broker) => broker?.name ?? []).join(", ");
  return `${clockIn(first.country, at)} ${names}`;
};

/** The times at which sessions end day by day, each with its name in the first lane that is free. */
export function cutOffMarks(day: DayPicture, scale: DayScale, bottom: number): Html {
  const top = scaleHeight + laneHeight;
  const free = [0, 0];
  return html`<g class="cut-offs">${day.cutOffs.map((cutOff) => {
    const x = scale.place(cutOff.at);
    const words = cutOffWords(cutOff, day);
    const wide = percentOf(words.length * 6.3 + 10);
    const before = x + wide > 100;
    const begin = before ? x - wide : x;
    const lane = Math.max(
      0,
      free.findIndex((taken) => taken <= begin),
    );
    free[lane] = begin + wide;
    return html`<line x1="${x}%" x2="${x}%" y1="${top + lane * laneHeight + 2}" y2="${bottom}"/><text${before ? html` class="inside"` : ""} x="${x}%" dx="${before ? -4 : 4}" y="${top + lane * laneHeight + 13}">${words}</text>`;
  })}</g>`;
}

/** Now, and the moment that was asked for. */
export const momentLines = (day: DayPicture, scale: DayScale, bottom: number): Html =>
  html`${told(day).map(({ at, kind }) => html`<line class="${kind}" x1="${scale.place(at)}%" x2="${scale.place(at)}%" y1="${scaleHeight - 5}" y2="${bottom + 5}"/>`)}`;
