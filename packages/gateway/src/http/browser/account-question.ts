import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Ports } from "../../ports/ports.js";
import { giveCookie } from "./browser-cookies.js";

/** What the browser is asked after a login, kept in a cookie of its own so that the page's address holds no code. */
const question = z.strictObject({ connection: z.string(), account: z.string(), secret: z.string() });

export type AccountQuestion = z.infer<typeof question>;

/** As long as the session waits for the answer. */
const lifeS = 600;

/** @param loginCookie the name of the login's cookie, which tells apps apart */
const cookieOf = (loginCookie: string): string => `${loginCookie}_account`;

export function keepQuestion(
  ports: Pick<Ports, "publicUrl">,
  reply: FastifyReply,
  loginCookie: string,
  { connection, account, secret }: AccountQuestion,
): void {
  const value = Buffer.from(JSON.stringify({ connection, account, secret })).toString("base64url");
  giveCookie(ports, reply, { name: cookieOf(loginCookie), value, maxAgeS: lifeS });
}

export function forgetQuestion(
  ports: Pick<Ports, "publicUrl">,
  reply: FastifyReply,
  loginCookie: string,
): void {
  giveCookie(ports, reply, { name: cookieOf(loginCookie), value: "", maxAgeS: 0 });
}

/** `undefined` where the browser has none that can be read. */
export function questionOf({ cookies }: FastifyRequest, loginCookie: string): AccountQuestion | undefined {
  try {
    const text = Buffer.from(cookies[cookieOf(loginCookie)] ?? "", "base64url").toString("utf8");
    return question.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
