import type { FastifyRequest } from "fastify";
import { Problem } from "../domain/problem.js";

const ownNames = ["127.0.0.1", "localhost", "[::1]"];

/** Whether an address never leaves the machine. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);

/**
 * On a loopback address only the gateway's own host names are answered: else a foreign page whose name resolves to
 * 127.0.0.1 could read it (DNS rebinding).
 */
export function hostCheck(publicUrl: string): (request: FastifyRequest) => void {
  const publicHost = new URL(publicUrl).host;
  return ({ raw }) => {
    const host = (raw.headers.host ?? "").toLowerCase();
    if (host === publicHost) return;
    const port = raw.socket.localPort ?? 80;
    const known = ownNames.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
    if (!known) throw new Problem("host_unknown");
  };
}
