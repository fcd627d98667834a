import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import type { DailyEnd } from "../../domain/daily-ends.js";
import { marketOf } from "../../domain/market-days.js";
import { dayPicture } from "../../flows/day-picture.js";
import { dailyEndsOf, windowBefore } from "../../flows/login-window.js";
import { isOwn } from "../../flows/own-connections.js";
import { everyNotReady, type LinkedNotReady, linkedReadiness } from "../../flows/readiness-rows.js";
import type { SignedIn } from "../../ports/operator-sessions.js";
import type { Ports } from "../../ports/ports.js";
import type { Notice } from "../pages/dashboard/frame.js";
import { type ChosenMoment, readinessPage } from "../pages/dashboard/readiness.js";
import type { NotReadyRow } from "../pages/dashboard/readiness-list.js";
import { type Country, instantIn } from "../pages/dashboard/zones.js";
import { cursorText, readCursor } from "../schemas/page.js";
import { connectOffers } from "./connect-offers.js";
import type { DashboardRoutes } from "./dashboard-routes.js";
import { readinessFile } from "./readiness-file.js";
import { sendDashboardPage } from "./send-dashboard-page.js";

/** Rows on a page. */
const limit = 25;

/** What the form asks for. */
interface Asked {
  readonly typed: { readonly at: string; readonly clock: Country };
  readonly chosen: ChosenMoment | undefined;
  readonly refused: Notice | undefined;
}

const bad = (text: string): Notice => ({ tone: "bad", text });

/** The form's moment: one that lies ahead, of a day that there is. */
function askedIn({ query }: FastifyRequest, now: number): Asked {
  const { at = "", clock: zone } = query as Readonly<Record<string, unknown>>;
  const clock: Country = zone === "US" ? "US" : "IN";
  if (at === "") return { typed: { at: "", clock }, chosen: undefined, refused: undefined };
  const [, day = "", time = ""] =
    /^([2-8]\d{3}-\d\d-\d\d)T((?:[01]\d|2[0-3]):[0-5]\d)(?::00)?$/.exec(String(at)) ?? [];
  if (Number.isNaN(Date.parse(`${day}T${time}Z`)) || !new Date(day).toISOString().startsWith(day))
    return {
      typed: { at: "", clock },
      chosen: undefined,
      refused: bad("Choose a day and a time, such as 2026-11-23T09:15."),
    };
  const moment = instantIn(clock, day, time);
  const typed = { at: `${day}T${time}`, clock };
  if (moment <= now)
    return {
      typed,
      chosen: undefined,
      refused: bad("That moment has passed: choose one that lies ahead."),
    };
  return { typed, chosen: { at: moment, country: clock }, refused: undefined };
}

function notReadyRow(
  ports: Pick<Ports, "brokers" | "publicUrl" | "now">,
  operator: Pick<SignedIn, "tenant" | "name">,
  { connection, at, live, connectUrl }: LinkedNotReady,
  ends: readonly DailyEnd[],
): NotReadyRow {
  const { name: broker, country } = ports.brokers.traits[connection.broker];
  const own = isOwn(ports, operator, connection);
  return {
    connection,
    brokerId: connection.broker,
    broker,
    country,
    market: marketOf[country],
    at,
    live,
    own,
    url: connectUrl,
    window: windowBefore(ends, ports.now(), at),
  };
}

/** Those who won't be ready, as pages show them to an operator. */
export async function notReadyRows(
  ports: Pick<Ports, "brokers" | "publicUrl" | "now" | "store" | "vault">,
  operator: Pick<SignedIn, "tenant" | "name">,
  items: readonly LinkedNotReady[],
): Promise<readonly NotReadyRow[]> {
  const apps = items.map(({ connection }) => connection.app);
  const ends = await dailyEndsOf(ports, operator.tenant, apps);
  return items.map((item) => notReadyRow(ports, operator, item, ends.get(item.connection.app) ?? []));
}

/** `/readiness`: one picture of the day, and who will be out before the next open. */
export const readinessRoutes: DashboardRoutes = (server, ports, options) => {
  server.get("/readiness", options, async (request, reply) => {
    const { operator } = request;
    const { tenant } = operator;
    const { typed, chosen, refused } = askedIn(request, ports.now());
    const { after } = request.query as Readonly<Record<string, unknown>>;
    const cursor = typeof after === "string" ? readCursor(after) : undefined;
    const { items, next, markets } = await linkedReadiness(ports, tenant, {
      at: chosen?.at,
      page: { limit, after: cursor },
    });
    const { formLeadsTo } = await connectOffers(ports, operator);
    const counts = await ports.store.connections.counts(tenant, 1);
    const moment = chosen ? { at: typed.at, clock: typed.clock } : undefined;
    const path = (file: string, more: Readonly<Record<string, string>> = {}) => {
      const search = new URLSearchParams({ ...moment, ...more }).toString();
      return search === "" ? file : `${file}?${search}`;
    };
    const text = cursorText(next);
    const page = readinessPage({
      day: await dayPicture(ports, tenant, chosen?.at),
      markets,
      chosen,
      typed,
      rows: await notReadyRows(ports, operator, items),
      anybody: Object.entries(counts).some(([status, count]) => status !== "closed" && count > 0),
      next: text === null ? undefined : path("/readiness", { after: text }),
      first: cursor && path("/readiness"),
      file: path("/readiness.csv"),
      notice: refused,
    });
    return sendDashboardPage(reply, request, page, { formLeadsTo, status: refused ? 422 : 200 });
  });

  server.get("/readiness.csv", options, (request, reply) => {
    const { chosen } = askedIn(request, ports.now());
    const lines = readinessFile(everyNotReady(ports, request.operator.tenant, chosen?.at));
    return reply
      .headers({
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="kunji-readiness.csv"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      })
      .send(Readable.from(lines));
  });
};
