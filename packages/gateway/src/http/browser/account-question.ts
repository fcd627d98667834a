import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { cookieName } from "../../flows/login/browser-cookie.js";
import type { BrowserCookie } from "../../flows/login/login-step.js";
import type { App } from "../../ports/apps.js";
import type { Connection } from "../../ports/connections.js";
import type { Ports } from "../../ports/ports.js";

/** What the browser is asked after a login, kept in a cookie of its own so that the page's address holds no code. */
const question = z.strictObject({ connection: z.string(), account: z.string(), secret: z.string() });

export type AccountQuestion = z.infer<typeof question>;

/** As long as the session waits for the answer. */
const lifeS = 600;

/** @param loginCookie the name of the login's cookie, which tells apps apart */
const cookieOf = (loginCookie: string): string => `${loginCookie}_account`;

export const keptQuestion = (
  loginCookie: string,
  { connection, account, secret }: AccountQuestion,
): BrowserCookie => ({
  name: cookieOf(loginCookie),
  value: Buffer.from(JSON.stringify({ connection, account, secret })).toString("base64url"),
  maxAgeS: lifeS,
});

export const forgottenQuestion = (loginCookie: string): BrowserCookie => ({
  name: cookieOf(loginCookie),
  value: "",
  maxAgeS: 0,
});

/** `undefined` where the browser has none that can be read. */
function questionOf({ cookies }: FastifyRequest, loginCookie: string): AccountQuestion | undefined {
  try {
    const text = Buffer.from(cookies[cookieOf(loginCookie)] ?? "", "base64url").toString("utf8");
    return question.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The question that a browser has at an app, with what it is about. `undefined` where there is none. */
export async function askedConnection(
  ports: Pick<Ports, "store" | "publicUrl">,
  request: FastifyRequest,
  { broker, handle }: { readonly broker: string; readonly handle: string },
): Promise<
  { readonly app: App; readonly connection: Connection; readonly asked: AccountQuestion } | undefined
> {
  const asked = questionOf(request, cookieName(ports, handle));
  const app = asked && (await ports.store.waysIn.app(handle));
  if (!asked || app?.broker !== broker) return undefined;
  const connection = await ports.store.connections.get(app.tenant, asked.connection);
  return connection && { app, connection, asked };
}
