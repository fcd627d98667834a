import { fastifyCookie } from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import ipaddr from "ipaddr.js";
import { firstOperator } from "../../flows/operators/operators.js";
import type { Operator } from "../../ports/operators.js";
import type { Ports } from "../../ports/ports.js";
import { giveCookie } from "../browser/browser-cookies.js";

/** What only a request has that came by way of another machine, or of a program that hands requests on. */
const ofProxies =
  /^(?:forwarded|via|x-forwarded(?:-.*)?|x-real-ip|cf-connecting-ip|true-client-ip|client-ip|fly-client-ip)$/;

const isLoopbackAddress = (address: string | undefined): boolean =>
  address !== undefined && ipaddr.isValid(address) && ipaddr.process(address).range() === "loopback";

const isLoopbackHost = (host: string): boolean =>
  /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i.test(host);

/** Whether a request comes from a person before the very machine that the demo runs on. */
export function isFromThisMachine({ raw }: FastifyRequest): boolean {
  const { headers, socket } = raw;
  return (
    isLoopbackAddress(socket.remoteAddress) &&
    isLoopbackHost(headers.host ?? "") &&
    !Object.keys(headers).some((name) => ofProxies.test(name))
  );
}

const ownSites: ReadonlySet<string> = new Set(["none", "same-origin", "same-site"]);

/** Whether a person goes to the page, by no other site's doing. Older browsers don't say. */
export function isOwnNavigation({ headers }: FastifyRequest): boolean {
  const { "sec-fetch-mode": mode, "sec-fetch-dest": dest, "sec-fetch-site": site } = headers;
  return (
    (mode === undefined || mode === "navigate") &&
    (dest === undefined || dest === "document") &&
    (site === undefined || ownSites.has(String(site)))
  );
}

/**
 * Whom a person before this machine may go on as in the demo: the first operator of its tenant. `undefined` where a second
 * factor was set up, which nothing goes around.
 */
export async function demoOperator(
  { store }: Pick<Ports, "store">,
  tenant: string | undefined,
  request: FastifyRequest,
): Promise<Operator | undefined> {
  if (tenant === undefined || !isFromThisMachine(request)) return undefined;
  const operator = await store.waysIn.operator(firstOperator);
  return operator?.tenant === tenant && operator.sealedTotp === null ? operator : undefined;
}

const outName = (publicUrl: string): string =>
  publicUrl.startsWith("https:") ? "__Host-kunji_stay_out" : "kunji_stay_out";
const outMaxAgeS = 365 * 24 * 60 * 60;

/** Whether somebody has signed out in this browser, and has not gone on with the demo since. */
export const staysOut = ({ headers }: FastifyRequest, publicUrl: string): boolean =>
  fastifyCookie.parse(headers.cookie ?? "")[outName(publicUrl)] !== undefined;

/** Notes in the browser that the demo signs nobody in by itself there, or that it does again. */
export const noteStaysOut = (publicUrl: string, reply: FastifyReply, out: boolean): void =>
  giveCookie({ publicUrl }, reply, {
    name: outName(publicUrl),
    value: out ? "yes" : "",
    maxAgeS: out ? outMaxAgeS : 0,
  });
