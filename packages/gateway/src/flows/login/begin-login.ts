import { Secret, toStored } from "kunji";
import { Problem } from "../../domain/problem.js";
import { mayLeadTo } from "../../domain/return-url.js";
import type { Ports } from "../../ports/ports.js";
import { readConnectLink } from "../connect-link.js";
import { openApp } from "../open-app.js";
import type { BoundBrowser } from "./browser-cookie.js";
import { refused } from "./fail-login.js";
import { newAttemptId, openAttempt, takeAttempt } from "./login-attempt.js";
import type { LoginStep } from "./login-step.js";

/**
 * Begins a login at a broker that takes the browser: opens the attempt, binds it to the browser by a cookie, and sends the
 * browser there. A browser has one login open at an app: the next one takes its place.
 * @param cookie the value of the app's login cookie that the browser has from before
 * @param bound the next cookie, where it had to be made before; else a new one
 * @throws Problem `link_invalid`, `return_url_unregistered`, `app_unusable`; KunjiError where the broker must be asked first
 */
export async function beginLogin(
  ports: Ports,
  token: string,
  cookie: string | undefined = undefined,
  bound: BoundBrowser | undefined = undefined,
): Promise<LoginStep> {
  const { app, connection } = await readConnectLink(ports, token);
  ports.signals.loginBegun(app.broker);
  try {
    if (!mayLeadTo(ports.publicUrl, app.returnUrls, connection.returnUrl))
      throw new Problem("return_url_unregistered");
    const id = newAttemptId(ports);
    const begun = await openApp(ports, app, connection).begin?.({ state: id.reveal() });
    if (!begun) throw new Problem("link_invalid");
    const { url, attempt } = begun;
    const memory = new Secret(toStored(attempt));
    const opened = { id, memory, beganAt: attempt.beganAt };
    const given = await openAttempt(ports, app, connection, opened, bound);
    if (!given) throw new Problem("link_invalid");
    await takeAttempt(ports, app, { cookie });
    return { kind: "go", to: url, cookie: given };
  } catch (error) {
    throw refused(ports, app, error);
  }
}
