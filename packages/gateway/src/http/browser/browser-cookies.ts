import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyReply } from "fastify";
import type { BrowserCookie } from "../../flows/login/login-step.js";
import type { Ports } from "../../ports/ports.js";

/** A cookie with the prefix `__Host-` is one of this host alone, and browsers demand `Secure` of it. */
const attributes = ({ publicUrl }: Pick<Ports, "publicUrl">): CookieSerializeOptions => ({
  path: "/",
  httpOnly: true,
  sameSite: "lax",
  secure: publicUrl.startsWith("https:"),
});

/** Gives the browser a cookie, or takes it away. */
export function giveCookie(
  ports: Pick<Ports, "publicUrl">,
  reply: FastifyReply,
  { name, value, maxAgeS }: BrowserCookie,
): void {
  reply.setCookie(name, value, { ...attributes(ports), maxAge: maxAgeS });
}
