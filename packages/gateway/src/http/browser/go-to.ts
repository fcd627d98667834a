import type { FastifyReply } from "fastify";
import type { BrowserCookie } from "../../flows/login/login-step.js";
import type { Ports } from "../../ports/ports.js";
import { giveCookie } from "./browser-cookies.js";

/** Sends the browser on: always by 303, so that no form goes with it. */
export function goTo(
  ports: Pick<Ports, "publicUrl">,
  reply: FastifyReply,
  { to, cookie }: { readonly to: string; readonly cookie?: BrowserCookie },
): FastifyReply {
  if (cookie) giveCookie(ports, reply, cookie);
  return reply
    .code(303)
    .headers({ location: to, "cache-control": "no-store", "referrer-policy": "no-referrer" })
    .send();
}
