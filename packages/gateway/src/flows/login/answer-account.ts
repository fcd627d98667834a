import { Problem } from "../../domain/problem.js";
import { mayLeadTo } from "../../domain/return-url.js";
import type { Connection } from "../../ports/connections.js";
import type { Ports } from "../../ports/ports.js";
import { discardSession } from "../discard-session.js";
import { type NamedSession, takeWaiting } from "../waiting-session.js";
import { type LoginPlace, refused } from "./fail-login.js";
import { appOfPath, confirmationWord } from "./finish-login.js";
import type { LoginStep } from "./login-step.js";
import { giveCode, orBack } from "./settle-login.js";

/** What a user answered on the page that names the broker account. */
export interface AccountAnswer {
  /** From the form's path. */
  readonly broker: string;
  readonly handle: string;
  /** The value of the app's login cookie. */
  readonly cookie: string | undefined;
  /** The connection's id, from the form. */
  readonly connection: string;
  /** From the form: with the cookie it opens what waits. */
  readonly secret: string;
  readonly answer: "yes" | "no";
}

async function waiting(
  ports: Ports,
  answer: AccountAnswer,
  app: Awaited<ReturnType<typeof appOfPath>>,
): Promise<{ readonly connection: Connection; readonly session: NamedSession }> {
  const connection = await ports.store.connections.get(app.tenant, answer.connection);
  if (connection?.app !== app.id || answer.cookie === undefined) throw new Problem("login_unknown");
  if (!mayLeadTo(ports.publicUrl, app.returnUrls, connection.returnUrl))
    throw new Problem("return_url_unregistered");
  const word = confirmationWord(answer.secret, answer.cookie);
  const session = await takeWaiting(ports, connection, "confirmation", word);
  if (!session) throw new Problem("login_unknown");
  return { connection, session };
}

/**
 * Takes the user's word on whether the account is theirs. Yes leads the browser back with the one-time code; no discards the
 * session.
 * @throws Problem `login_unknown` for an answer that this browser was not asked for, or has given, or too late;
 *   `return_url_unregistered`
 */
export async function answerAccount(ports: Ports, from: AccountAnswer): Promise<LoginStep> {
  const app = await appOfPath(ports, from);
  const { connection, session } = await waiting(ports, from, app).catch((error: unknown) => {
    throw refused(ports, app, error);
  });
  const place: LoginPlace = { app, connection: connection.id, returnUrl: connection.returnUrl };
  return orBack(ports, place, async () => {
    if (from.answer === "yes") return giveCode(ports, place, connection, session);
    await discardSession(ports, app, session, connection);
    throw new Problem("account_declined", { broker: app.broker });
  });
}
