import type { FastifyInstance } from "fastify";

/**
 * Closes a server: lets the running requests finish, but not for ever. Whatever comes of it, nothing of it keeps the process.
 * @param graceMs how long they may take, in ms
 */
export async function closeServer(
  server: Pick<FastifyInstance, "close" | "server">,
  graceMs: number,
): Promise<void> {
  const timer = setTimeout(() => server.server.closeAllConnections(), graceMs);
  // A connection whose request has ended since would stay open for the next one.
  const sweep = setInterval(() => server.server.closeIdleConnections(), 50);
  try {
    await server.close();
  } finally {
    clearTimeout(timer);
    clearInterval(sweep);
  }
}
