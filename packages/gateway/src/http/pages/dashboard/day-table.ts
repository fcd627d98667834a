import { html } from "hono/html";
import type { DayPicture } from "../../../flows/day-picture.js";
import type { DayGroup, DaySession } from "../../../flows/day-sessions.js";
import type { Html } from "../layout.js";
import { counted } from "./day-bars.js";
import { marketCountry } from "./day-marks.js";
import { statusWord } from "./status-badge.js";
import { type Country, clockIn, dayIn, dayWords, placeOf, whenIn } from "./zones.js";

/** A moment of a table: on the clock of its broker, which its head names once. */
const cell = (country: Country, at: number | null, otherwise: string): string =>
  at === null ? otherwise : `${dayIn(country, at)}, ${clockIn(country, at)} ${placeOf(country)}`;

function sessionRow(session: DaySession, { brokers }: DayPicture): Html {
  const { user, account, broker, status, startedAt, endsAt, renewedUntil, overAt } = session;
  const { name, country } = brokers[broker];
  const end =
    overAt === null ? cell(country, endsAt, "Nobody knows") : `Out since ${cell(country, overAt, "")}`;
  return html`<tr><td>${user}</td><td>${name}${account === null ? "" : html`<br><span class="soft">${account}</span>`}</td><td>${statusWord(status)}</td><td>${cell(country, startedAt, "Never")}</td><td>${end}${renewedUntil === null ? "" : html`<br><span class="soft">Renewed by its broker</span>`}</td></tr>`;
}

const sessionTable = (sessions: readonly DaySession[], day: DayPicture): Html =>
  html`<table class="stacked of-day"><caption class="aside">Sessions</caption><thead><tr><th scope="col">User</th><th scope="col">Broker</th><th scope="col">Status</th><th scope="col">Logged in</th><th scope="col">Ends</th></tr></thead><tbody>${sessions.map((session) => sessionRow(session, day))}</tbody></table>`;

function groupRow({ broker, from, until, count, more, renewed }: DayGroup, day: DayPicture): Html {
  const { name, country } = day.brokers[broker];
  const ends =
    from >= day.until
      ? `After ${cell(country, day.until, "")}`
      : `${cell(country, from, "")} to ${clockIn(country, until)}`;
  return html`<tr><td>${name}</td><td>${counted(count, more)}</td><td>${ends}${renewed ? html`<br><span class="soft">Renewed by its broker</span>` : ""}</td></tr>`;
}

const groupTable = (groups: readonly DayGroup[], endless: number | null, day: DayPicture): Html =>
  html`<table class="stacked of-groups"><caption class="aside">Sessions by broker and end</caption><thead><tr><th scope="col">Broker</th><th scope="col">How many</th><th scope="col">They end</th></tr></thead><tbody>${groups.map((group) => groupRow(group, day))}${endless ? html`<tr><td>Any</td><td>${counted(endless, false)}</td><td>Nobody knows</td></tr>` : ""}</tbody></table>`;

const hoursOf = ({ markets, now }: DayPicture): readonly string[] =>
  markets.flatMap(({ market, sessions }) => {
    const country = marketCountry[market];
    return sessions.map(
      ({ open, close }) =>
        `${market} trades ${dayWords(country, open, now)}, ${clockIn(country, open)} to ${clockIn(country, close)}, ${placeOf(country)}.`,
    );
  });

const cutOffsOf = ({ cutOffs, brokers, now }: DayPicture): readonly string[] =>
  cutOffs.flatMap(({ at, brokers: ids, by }) => {
    const [first] = ids;
    if (!first) return [];
    const names = new Intl.ListFormat("en-GB").format(ids.map((id) => brokers[id].name));
    return `${names}: sessions end at ${whenIn(brokers[first].country, at, now)}${by === "exchanges" ? ", by the exchanges’ daily logout" : ""}.`;
  });

/** All that the picture shows, in words and numbers. */
const dayTable = (day: DayPicture): Html =>
  html`${
    day.sessions.kind === "groups"
      ? groupTable(day.sessions.groups, day.sessions.endless, day)
      : day.sessions.sessions.length === 0
        ? html`<p>No session lives or has lived.</p>`
        : sessionTable(day.sessions.sessions, day)
  }
<h3>Hours and daily ends</h3>
<ul>${[...hoursOf(day), ...cutOffsOf(day)].map((line) => html`<li>${line}</li>`)}</ul>`;

/** The same, closed until somebody opens it, and kept up with the picture. */
export const dayTableDetails = (day: DayPicture): Html =>
  html`<details><summary>The same as a table</summary><div class="day-table" id="day-table" data-live>${dayTable(day)}</div></details>`;
