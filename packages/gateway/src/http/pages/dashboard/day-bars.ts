import { html } from "hono/html";
import type { DayPicture } from "../../../flows/day-picture.js";
import type { DayGroup, DaySession } from "../../../flows/day-sessions.js";
import type { Html } from "../layout.js";
import { type DayScale, percentOf } from "./day-scale.js";
import { type Country, placeOf, shortly } from "./zones.js";

/** What a row is drawn on. */
export interface RowGround {
  readonly scale: DayScale;
  readonly day: Pick<DayPicture, "now" | "brokers">;
  /** The middle of the row, in px from the top. */
  readonly middle: number;
  /** What is drawn: words lie over everything else, the lines of now and of the moment asked for too. */
  readonly part: "shapes" | "words";
}

/** How high a bar is, in px. */
export const barHeight = 16;

/** What is filled by a pattern of the picture's own, and not by the stylesheet. */
const fills: Readonly<Record<string, string>> = { renewed: "url(#hatch)", fades: "url(#fade)" };
export const fillOf = (kind: string): Html | string => (fills[kind] ? html` fill="${fills[kind]}"` : "");

/** A stretch of a bar: nothing where nothing of it lies in the picture. */
function stretch(
  { scale, middle, part }: RowGround,
  from: number,
  until: number,
  kind: string,
): Html | string {
  const span = part === "shapes" ? scale.span(from, until) : undefined;
  if (!span) return "";
  const y = middle - barHeight / 2;
  return html`<rect class="run ${kind}"${fillOf(kind)} x="${span.x}%" y="${y}" width="${span.width}%" height="${barHeight}"/>`;
}

/** So many percent of the picture a text takes, with the space around it. */
const widthOf = (text: string): number => percentOf(text.length * 6.5 + 12);

/** How wide a text is at most, in px. */
const pxOf = (text: string): number => Math.ceil(text.length * 6.5) + 4;

/** Words behind a bar's end lie on ground of their own, so that no hatching and no line goes through them. */
const groundOf = ({ scale, middle }: RowGround, at: number, text: string): Html =>
  html`<rect class="ground" x="${scale.place(at)}%" y="${middle - 9}" width="${pxOf(text)}"/>`;

const words = (ground: RowGround, at: number, text: string, kind: string): Html | string => {
  const { scale, middle, part } = ground;
  if (part === "shapes") return "";
  return html`${kind.startsWith("inside") ? "" : groundOf(ground, at, text)}<text${kind ? html` class="${kind}"` : ""} x="${scale.place(at)}%" dx="${kind.startsWith("inside") ? -6 : 6}" y="${middle + 4}">${text}</text>`;
};

/** Words behind a bar's end; within the bar where there is no room behind. */
const beside = (ground: RowGround, at: number, text: string, kind = ""): Html | string =>
  ground.scale.place(at) + widthOf(text) <= 100
    ? words(ground, at, text, kind)
    : words(ground, at, text, `inside ${kind}`.trim());

const broken = (ground: RowGround, at: number): Html | string =>
  ground.part === "words"
    ? ""
    : html`<svg class="cross" x="${ground.scale.place(at)}%" y="${ground.middle}"><path d="M-5-5l10 10M5-5l-10 10"/></svg>`;

/** A session that is over: where it has been, and since when. */
function overBar(ground: RowGround, startedAt: number, overAt: number, clock: string): Html {
  const shown = overAt < ground.scale.from ? ground.scale.from : overAt;
  return html`${stretch(ground, startedAt, overAt, "over")}${overAt < ground.scale.from ? "" : broken(ground, overAt)}${beside(ground, shown, `out since ${clock}`, "bad")}`;
}

/** On the clock of the broker's market: it is named where it isn't the first of the picture's. */
const onItsClock = (country: Country, at: number, now: number): string =>
  country === "IN" ? shortly(country, at, now) : `${shortly(country, at, now)} ${placeOf(country)}`;

/** From a connection's login to its end; how far it is renewed beyond, or that nobody knows. */
export function sessionBar(ground: RowGround, session: DaySession): Html {
  const { scale, day } = ground;
  const { broker, status, startedAt, endsAt, renewedUntil, overAt } = session;
  const begin = startedAt ?? scale.from;
  const clock = (at: number) => onItsClock(day.brokers[broker].country, at, day.now);
  if (overAt !== null) return overBar(ground, begin, overAt, clock(overAt));
  const kind = status === "unsure" ? "doubt" : "lives";
  if (endsAt === null)
    return html`${stretch(ground, begin, day.now, kind)}${stretch(ground, Math.max(day.now, begin), scale.until, "fades")}${beside(ground, day.now, "end unknown")}`;
  if (renewedUntil === null)
    return html`${stretch(ground, begin, endsAt, kind)}${beside(ground, endsAt, `${status === "unsure" ? "unsure, " : ""}until ${clock(endsAt)}`, status === "unsure" ? "light" : "")}`;
  const until = renewedUntil < scale.until ? `renewed until ${clock(renewedUntil)}` : "renewed by itself";
  return html`${stretch(ground, begin, endsAt, kind)}${stretch(ground, endsAt, renewedUntil, "renewed")}${beside(ground, endsAt, until)}`;
}

/** How many there are, in words. @param more whether it stands for so many or more */
export const counted = (count: number, more: boolean): string =>
  `${new Intl.NumberFormat("en").format(count)}${more ? "+" : ""}`;

/** Many sessions that end within the same stretch, which is drawn lighter: when they began differs. */
export function groupBar(ground: RowGround, { broker, from, until, count, more, renewed }: DayGroup): Html {
  const { scale, day } = ground;
  const { country } = day.brokers[broker];
  const number = counted(count, more);
  const told =
    from >= scale.until
      ? `${number} end later`
      : `${number} until ${shortly(country, from, day.now)}–${onItsClock(country, until, until)}${renewed ? ", renewed" : ""}`;
  const fits = Math.min(until, scale.until);
  // Within the part that is surely alive, or over the lighter one where neither has room.
  const inFront = scale.place(fits) + widthOf(told) <= 100 ? fits : Math.min(from, scale.until);
  const tight = inFront !== fits && scale.place(inFront) < widthOf(told);
  return html`${stretch(ground, scale.from, from, "lives")}${stretch(ground, from, until, "ends")}${renewed ? stretch(ground, until, scale.until, "renewed") : ""}${tight ? words(ground, inFront, told, "") : beside(ground, inFront, told)}`;
}
