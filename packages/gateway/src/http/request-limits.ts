import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import ipaddr from "ipaddr.js";
import { Problem } from "../domain/problem.js";

/** How many requests are taken in a minute. `null` for any number. */
export interface RequestLimits {
  readonly perKey: number | null;
  /** From one IPv4 address or one IPv6 /64, of requests that no API key vouches for. */
  readonly perAddress: number | null;
}

/** An IPv4 address, or the /64 of an IPv6 one: the same text however the address is spelled. */
export function addressBlock(address: string): string {
  if (!ipaddr.isValid(address)) return "unknown";
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return (parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":");
}

/** Counts requests. Each throws Problem `rate_limited` once there are too many. */
export interface RequestCounts {
  countKey(request: FastifyRequest): Promise<void> | undefined;
  countAddress(request: FastifyRequest): Promise<void> | undefined;
  /** Counts nothing, and throws where the address has had all that it may. */
  demandRoom(request: FastifyRequest): Promise<void> | undefined;
}

const timeWindow = 60_000;
/** So many callers are counted at a time; the one that was idle longest is forgotten first. */
const cache = 50_000;

export async function countRequests(server: FastifyInstance, limits: RequestLimits): Promise<RequestCounts> {
  await server.register(rateLimit, { global: false, cache });

  function limit(max: number | null, keyGenerator: (request: FastifyRequest) => string) {
    if (max === null) return { count: () => undefined, demandRoom: () => undefined };
    const count = server.createRateLimit({ max, timeWindow, keyGenerator });
    const refuse = (retryAfterS: number) => new Problem("rate_limited", { retryAfterS });
    return {
      async count(request: FastifyRequest): Promise<void> {
        const found = await count(request);
        if (!found.isAllowed && found.isExceeded) throw refuse(found.ttlInSeconds);
      },
      async demandRoom(request: FastifyRequest): Promise<void> {
        const found = await count(request, { increment: false });
        if (!found.isAllowed && found.remaining === 0) throw refuse(found.ttlInSeconds);
      },
    };
  }

  const byKey = limit(limits.perKey, ({ caller }) => `${caller.tenant}\0${caller.id}`);
  const byAddress = limit(limits.perAddress, ({ ip }) => addressBlock(ip));
  return { countKey: byKey.count, countAddress: byAddress.count, demandRoom: byAddress.demandRoom };
}
