import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { Problem } from "../../domain/problem.js";
import type { BrowserCookie } from "../../flows/login/login-step.js";
import type { Ports } from "../../ports/ports.js";

/** In seconds: a page may be left open for a while. */
const lifeS = 86_400;

const nameOf = ({ publicUrl }: Pick<Ports, "publicUrl">): string =>
  `${publicUrl.startsWith("https:") ? "__Host-" : ""}kunji_looked`;

/** Says nothing but that a page was looked at: a browser that brings it back keeps cookies. */
export const lookedCookies = (
  ports: Pick<Ports, "publicUrl">,
  { cookies }: FastifyRequest,
): readonly BrowserCookie[] =>
  nameOf(ports) in cookies ? [] : [{ name: nameOf(ports), value: "1", maxAgeS: lifeS }];

const lookedForm = z.object({ looked: z.literal("1") });

/** @throws Problem `cookies_blocked` where the form comes from a page whose cookie has not come with it */
export function demandCookies(ports: Pick<Ports, "publicUrl">, { cookies, body }: FastifyRequest): void {
  if (lookedForm.safeParse(body).success && !(nameOf(ports) in cookies)) throw new Problem("cookies_blocked");
}
