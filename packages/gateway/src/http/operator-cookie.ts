import { fastifyCookie } from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Secret } from "kunji";
import { sessionMs } from "../flows/operators/operator-session.js";
import { giveCookie } from "./browser/browser-cookies.js";

/** The cookie of an operator's session: of this host alone where the gateway is reached by https. */
const nameFor = (publicUrl: string): string =>
  publicUrl.startsWith("https:") ? "__Host-kunji_operator" : "kunji_operator";

/** What the browser's cookie holds; `undefined` without one. */
export function operatorCookie({ headers }: FastifyRequest, publicUrl: string): Secret | undefined {
  const text = fastifyCookie.parse(headers.cookie ?? "")[nameFor(publicUrl)];
  return text ? new Secret(text) : undefined;
}

/** Gives the browser a session's cookie, or takes it away. */
export const giveOperatorCookie = (
  publicUrl: string,
  reply: FastifyReply,
  cookie: Secret | undefined,
): void =>
  giveCookie({ publicUrl }, reply, {
    name: nameFor(publicUrl),
    value: cookie?.reveal() ?? "",
    maxAgeS: cookie ? sessionMs / 1_000 : 0,
  });
