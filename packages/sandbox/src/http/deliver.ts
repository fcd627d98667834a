import type { Context } from "hono";
import type { Delivery } from "../delivery.js";
import { deliverInProcess } from "./deliver-in-process.js";
import { deliverToSocket } from "./deliver-to-socket.js";
import type { Env } from "./env.js";

/** Sends a delivery the way that the call came. */
export function deliver(c: Context<Env>, delivery: Delivery): Promise<Response> {
  const { outgoing, inProcess } = c.env;
  if (outgoing !== undefined) return deliverToSocket(outgoing, delivery);
  return deliverInProcess(inProcess ?? {}, delivery, c.req.raw.signal);
}
