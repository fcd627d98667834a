import { html } from "hono/html";
import type { DayPicture } from "../../../flows/day-picture.js";
import type { DayGroup, DaySession } from "../../../flows/day-sessions.js";
import type { Html } from "../layout.js";
import { barHeight, counted, fillOf, groupBar, type RowGround, sessionBar } from "./day-bars.js";
import {
  clockScale,
  cutOffMarks,
  headHeight,
  marketBands,
  marketNames,
  momentLines,
  rowHeight,
  scaleHeight,
} from "./day-marks.js";
import { dayScale } from "./day-scale.js";
import { placeOf, whenIn } from "./zones.js";

/** What a row is called, and what it draws. */
type Row =
  | { readonly kind: "one"; readonly session: DaySession }
  | { readonly kind: "group"; readonly group: DayGroup }
  | { readonly kind: "endless"; readonly count: number };

const rowsOf = ({ sessions }: Pick<DayPicture, "sessions">): readonly Row[] =>
  sessions.kind === "each"
    ? sessions.sessions.map((session) => ({ kind: "one", session }))
    : [
        ...sessions.groups.map((group) => ({ kind: "group", group }) as const),
        ...(sessions.endless ? [{ kind: "endless", count: sessions.endless } as const] : []),
      ];

function nameOf(row: Row, { brokers }: DayPicture): Html {
  if (row.kind === "endless")
    return html`<li><a href="/connections?status=active">${counted(row.count, false)} connections</a><span>No known end</span></li>`;
  if (row.kind === "group") {
    const { broker, count, more } = row.group;
    return html`<li><a href="/connections?${new URLSearchParams({ status: "active", broker })}">${brokers[broker].name}</a><span>${counted(count, more)} connections</span></li>`;
  }
  const { id, user, broker } = row.session;
  return html`<li><a href="/connections/${encodeURIComponent(id)}">${user}</a><span>${brokers[broker].name}</span></li>`;
}

const patterns = html`<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="1.5" x2="1.5" y2="6"/></pattern><linearGradient id="fade"><stop/><stop offset="1" stop-opacity="0"/></linearGradient></defs>`;

/** What the picture shows, for those who don't see it. */
const aboutPicture = ({ from, until, now, sessions }: DayPicture): string => {
  const what =
    sessions.kind === "each"
      ? `${sessions.sessions.length} ${sessions.sessions.length === 1 ? "session" : "sessions"}`
      : `Groups of sessions`;
  return `${what} from ${whenIn("IN", from, now)}, to ${whenIn("IN", until, now)}. Now it is ${whenIn("IN", now, now)}. The table has the same.`;
};

/** The drawing alone. Everything across is in percent: it is as wide as there is room, and its texts keep their size. */
export function daySvg(day: DayPicture, most = Number.POSITIVE_INFINITY): Html {
  const scale = dayScale(day.from, day.until);
  const rows = rowsOf(day).slice(0, most);
  const bottom = headHeight + Math.max(1, rows.length) * rowHeight;
  const height = bottom + scaleHeight;
  const drawn = (row: Row, index: number, part: RowGround["part"]): Html | string => {
    const ground = { scale, day, middle: headHeight + (index + 0.5) * rowHeight, part };
    if (row.kind === "one") return sessionBar(ground, row.session);
    if (row.kind === "group") return groupBar(ground, row.group);
    if (part === "words") return "";
    const span = scale.span(scale.from, scale.until);
    return html`<rect class="run fades"${fillOf("fades")} x="0%" y="${ground.middle - barHeight / 2}" width="${span?.width ?? 0}%" height="${barHeight}"/>`;
  };
  return html`<svg class="day-svg" id="day-svg" data-live width="100%" height="${height}" role="img" aria-label="${aboutPicture(day)}">${patterns}
${marketBands(day, scale, bottom)}
<line class="edge" x1="0" x2="100%" y1="${scaleHeight}" y2="${scaleHeight}"/><line class="edge" x1="0" x2="100%" y1="${bottom}" y2="${bottom}"/>
${clockScale(day, scale, "IN")}
${clockScale(day, scale, "US", bottom)}
<g class="bars">${rows.map((row, index) => drawn(row, index, "shapes"))}</g>
${momentLines(day, scale, bottom)}
${marketNames(day, scale)}
${cutOffMarks(day, scale, bottom)}
<g class="bars">${rows.map((row, index) => drawn(row, index, "words"))}</g>
</svg>`;
}

/** What the kinds of bars that there are mean. */
function legendOf({ sessions }: DayPicture): Html {
  const each = sessions.kind === "each" ? sessions.sessions : [];
  const groups = sessions.kind === "groups" ? sessions.groups : [];
  const kinds: readonly (readonly [boolean, string, string])[] = [
    [each.length + groups.length > 0, "lives", "From login to end"],
    [groups.length > 0, "ends", "They end within this time"],
    [
      each.some(({ renewedUntil }) => renewedUntil !== null) || groups.some(({ renewed }) => renewed),
      "renewed",
      "Renewed by its broker",
    ],
    [each.some(({ endsAt, overAt }) => endsAt === null && overAt === null), "fades", "End unknown"],
    [each.some(({ status }) => status === "unsure"), "doubt", "Unsure whether it lives"],
    [each.some(({ overAt }) => overAt !== null), "over", "Over"],
  ];
  return html`<ul class="legend">${kinds
    .filter(([there]) => there)
    .map(
      ([, kind, words]) =>
        html`<li><svg width="26" height="12" aria-hidden="true" focusable="false"><rect class="run ${kind}"${fillOf(kind)} x="1" y="1" width="24" height="10"/></svg>${words}</li>`,
    )}</ul>`;
}

/** The picture with the names of its rows beside it. @param most as many rows; the first to stop are shown */
export function readinessPicture(day: DayPicture, most = Number.POSITIVE_INFINITY): Html {
  const rows = rowsOf(day);
  const left = rows.length - most;
  return html`<div class="day">
<div class="day-names" id="day-names" data-live><p>${placeOf("IN")}</p><ol>${rows.length === 0 ? html`<li><span>No session yet</span></li>` : rows.slice(0, most).map((row) => nameOf(row, day))}</ol><p>${placeOf("US")}</p></div>
<div class="scroll" tabindex="0" role="region" aria-label="Picture of the day">${daySvg(day, most)}</div>
</div>
<div id="day-legend" data-live>${legendOf(day)}${left > 0 ? html`<p class="soft">And ${left} more, who stop later.</p>` : ""}</div>`;
}
