import type { FastifyRequest } from "fastify";
import ipaddr from "ipaddr.js";
import { firstOperator } from "../../flows/operators/operators.js";
import type { Operator } from "../../ports/operators.js";
import type { Ports } from "../../ports/ports.js";

/** What only a request has that came by way of another machine, or of a program that hands requests on. */
const ofProxies = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
];

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
    ofProxies.every((name) => headers[name] === undefined)
  );
}

/** The operator that the demo signs in by itself: the first one of its tenant, where a request comes from this machine. */
export async function demoOperator(
  { store }: Pick<Ports, "store">,
  tenant: string | undefined,
  request: FastifyRequest,
): Promise<Operator | undefined> {
  if (tenant === undefined || !isFromThisMachine(request)) return undefined;
  const operator = await store.waysIn.operator(firstOperator);
  return operator?.tenant === tenant ? operator : undefined;
}
