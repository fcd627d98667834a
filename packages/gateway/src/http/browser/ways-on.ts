import type { FastifyRequest } from "fastify";
import { mayLeadTo } from "../../domain/return-url.js";
import { appOfPath, type CallbackPlace } from "../../flows/login/finish-login.js";
import { backTo, type WayBack, wayBack } from "../../flows/open-link.js";
import type { Ports } from "../../ports/ports.js";
import { lookOf } from "../pages/app-look.js";
import type { WaysOn } from "../pages/problem-page.js";
import { askedConnection } from "./account-question.js";
import type { FindWaysOn } from "./problem-answer.js";

/** Nothing more is asked of the database for whoever asks too often, or where it is away. */
const withoutStore = new Set(["rate_limited", "unavailable"]);

const paramsOf = ({ params }: FastifyRequest) => params as Readonly<Record<string, string | undefined>>;

const onFrom = (
  { brokers, publicUrl }: Pick<Ports, "brokers" | "publicUrl">,
  way: WayBack,
  code: string,
): WaysOn => ({
  back: { look: lookOf(way.app, way.returnUrl, publicUrl), url: backTo(way, code) },
  broker: brokers.traits[way.app.broker].name,
});

/** From the page of a link: to try again by it, or back to the app whose link it is or was. */
export const waysOnFromLink =
  (ports: Ports): FindWaysOn =>
  async (request, { code }) => {
    const { token = "" } = paramsOf(request);
    const again = `/connect/${token}`;
    const way = withoutStore.has(code) ? undefined : await wayBack(ports, token);
    return { again, ...(way && onFrom(ports, way, code)) };
  };

/**
 * From a callback: back to the app whose address it is. It is told nothing that only the browser which began its login could be
 * told, so the app does not learn for which connection.
 */
async function waysOnFromCallback(ports: Ports, place: CallbackPlace, code: string): Promise<WaysOn> {
  const app = await appOfPath(ports, place);
  const [returnUrl] = app.returnUrls;
  return returnUrl === undefined ? {} : onFrom(ports, { app, returnUrl, connection: undefined }, code);
}

/** From a callback, and from the question for the account: there back to where its login came from, while the browser has the question. */
export const waysOnFromQuestion =
  (ports: Ports): FindWaysOn =>
  async (request, { code }) => {
    const { broker = "", handle = "" } = paramsOf(request);
    if (withoutStore.has(code)) return {};
    const place = { broker, handle };
    const found = request.method === "POST" ? await askedConnection(ports, request, place) : undefined;
    if (!found) return waysOnFromCallback(ports, place, code);
    const { app, connection } = found;
    if (!mayLeadTo(ports.publicUrl, app.returnUrls, connection.returnUrl)) return {};
    return onFrom(ports, { app, returnUrl: connection.returnUrl, connection: connection.id }, code);
  };
