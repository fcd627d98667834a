import type { Context } from "hono";
import type { Env } from "./env.js";

/** Where a call came from. */
export interface Caller {
  readonly address: string;
  readonly port: number;
}

/** The other end of the socket; `null` for a call that is made in-process. */
export function callerOf(c: Context<Env>): Caller | null {
  const { remoteAddress, remotePort } = c.env.incoming?.socket ?? {};
  if (remoteAddress === undefined || remotePort === undefined) return null;
  return { address: remoteAddress.replace(/^::ffff:(?=\d+\.)/, ""), port: remotePort };
}
