import type { FastifyReply } from "fastify";
import type { BrowserCookie } from "../../flows/login/login-step.js";
import type { Ports } from "../../ports/ports.js";
import type { Page } from "../pages/layout.js";
import { sendPage } from "../pages/send-page.js";
import { giveCookie } from "./browser-cookies.js";
import { goTo } from "./go-to.js";

/** What a browser gets: a page, or the way to another place. */
export type Outcome =
  | {
      readonly kind: "page";
      readonly page: Page;
      /** 200 by default. */
      readonly status?: number;
      /** Addresses that the redirect after the page's form may lead to. */
      readonly formLeadsTo?: readonly string[];
      readonly cookies?: readonly BrowserCookie[];
    }
  | {
      readonly kind: "go";
      readonly to: string;
      readonly cookies?: readonly BrowserCookie[];
      /** What is shown in its place where the cookies come too late to be given. */
      readonly page?: Page;
    };

export function giveCookies(
  ports: Pick<Ports, "publicUrl">,
  reply: FastifyReply,
  cookies: readonly BrowserCookie[] = [],
): void {
  for (const cookie of cookies) giveCookie(ports, reply, cookie);
}

export async function sendOutcome(
  ports: Pick<Ports, "publicUrl">,
  reply: FastifyReply,
  outcome: Outcome,
): Promise<FastifyReply> {
  giveCookies(ports, reply, outcome.cookies);
  if (outcome.kind === "go") return goTo(reply, outcome.to);
  const { page, status = 200, formLeadsTo } = outcome;
  return sendPage(reply, page, { status, ...(formLeadsTo && { formLeadsTo }) });
}
