import { setTimeout as wait } from "node:timers/promises";
import { KunjiError, type Secret } from "kunji";
import { Problem } from "../domain/problem.js";
import type { App } from "../ports/apps.js";
import type { Ports } from "../ports/ports.js";
import { clientOf } from "./app-client.js";
import { type Finding, keysTried, localFindings, sinceChange } from "./app-findings.js";
import { openAppKeys } from "./app-keys.js";
import { egressOf } from "./egress.js";
import { type LastLogin, lastLogins } from "./last-logins.js";
import { renewVendorSession } from "./vendor-session-renewal.js";

/** How long one look may take, in ms. */
const lookMs = 8_000;

/** What one look found, or that it took too long. */
async function inTime(work: Promise<Finding>, late: Finding, ms: number): Promise<Finding> {
  const timer = new AbortController();
  const over = wait(ms, late, { signal: timer.signal });
  over.catch(() => undefined);
  try {
    return await Promise.race([work, over]);
  } finally {
    timer.abort();
  }
}

/** The proxy that an app's calls go by, or what keeps it from being known. */
function proxyOf(ports: Ports, app: App): Secret | undefined | Finding {
  try {
    return egressOf(ports, app, undefined);
  } catch (error) {
    if (error instanceof Problem) return { code: "proxy_unreadable" };
    throw error;
  }
}

/** Whether the broker's host answers by the way that calls go. Nobody is logged in, and no credential goes along. */
async function lookAtBroker(ports: Ports, app: App): Promise<Finding> {
  const egress = proxyOf(ports, app);
  if (egress && "code" in egress) return egress;
  if (egress) {
    const { origins } = clientOf(ports, app, openAppKeys(ports, app), { egress: undefined });
    const trial = await ports.egress.try(egress, origins.api);
    if (trial === "refused") return { code: "proxy_refused", about: app.egress ?? "" };
    if (trial === "unreachable") return { code: "proxy_unreachable", about: app.egress ?? "" };
  }
  const { broker, environment } = app;
  const answers = await ports.brokers.answers({ broker, environment, egress });
  return answers === true ? { code: "broker_answers" } : { code: "broker_silent", about: answers };
}

/** Where calls come from, as the broker sees it: the sandbox tells, no other does. */
async function lookAtAddress(ports: Ports, app: App): Promise<Finding> {
  const egress = proxyOf(ports, app);
  if (egress && "code" in egress) return { code: "address_untold" };
  const address = app.environment === "sandbox" ? await ports.brokers.addressSeen(egress) : null;
  if (address !== null) return { code: "address_seen", about: address };
  return egress ? { code: "address_of_proxy", about: app.egress ?? "" } : { code: "address_untold" };
}

/** Whether the vendor session that users' logins need lives or can be made; one that was logged out on purpose stays so. */
async function lookAtVendor(ports: Ports, app: App): Promise<Finding> {
  const row = await ports.store.vendorSessions.get(app.tenant, app.id);
  if (row && row.loggedOutAt !== null) return { code: "vendor_logged_out", at: row.loggedOutAt };
  try {
    const { endsAt } = await renewVendorSession(ports, app, undefined);
    return { code: "vendor_lives", at: endsAt };
  } catch (error) {
    if (error instanceof Problem && error.code === "busy") return { code: "vendor_untold" };
    if (error instanceof KunjiError || error instanceof Problem)
      return { code: "vendor_refused", about: error.code };
    throw error;
  }
}

/** As many failures as are told. */
const toldFailures = 3;

/** @param before the last login before the app's last change, @param logins those since, newest first */
function lookAtLogins(logins: readonly LastLogin[], before: LastLogin | undefined): readonly Finding[] {
  const [last] = logins;
  if (!last && before) return [{ code: "logins_before_change", about: before.failed ?? "", at: before.at }];
  if (!last) return [{ code: "logins_untried" }];
  if (last.failed === null) return [{ code: "logins_succeed", at: last.at }];
  const worked = logins.findIndex(({ failed }) => failed === null);
  const failed = logins.slice(0, worked < 0 ? undefined : worked);
  return failed
    .slice(0, toldFailures)
    .map(({ failed, at }) => ({ code: "login_failed", about: failed ?? undefined, at }));
}

/** A login that came back shows that the broker knows the callback URL; nothing else does. */
function lookAtRegistration(logins: readonly LastLogin[]): Finding {
  const came = logins.find(({ failed }) => failed === null);
  return came ? { code: "registration_proven", at: came.at } : { code: "registration_untried" };
}

/**
 * Looks at all that an app needs for its users to log in, each thing for itself and for a few seconds at most. A vendor session
 * that is wanted and missing is made, as the next login would.
 * @throws Problem `not_found`; StoreProblem
 */
export async function checkApp(
  ports: Ports,
  tenant: string,
  id: string,
  ms: number = lookMs,
): Promise<readonly Finding[]> {
  const app = await ports.store.apps.get(tenant, id);
  if (!app) throw new Problem("not_found");
  const { login, vendorSession } = ports.brokers.traits[app.broker];
  const [keys, ...local] = localFindings(ports, app) as [Finding, ...Finding[]];
  const usable = keys.code === "keys_fit";
  const [broker, address, vendor, all] = await Promise.all([
    usable ? inTime(lookAtBroker(ports, app), { code: "broker_silent", about: "ETIMEDOUT" }, ms) : undefined,
    inTime(lookAtAddress(ports, app), { code: "address_untold" }, ms),
    usable && vendorSession ? inTime(lookAtVendor(ports, app), { code: "vendor_untold" }, ms) : undefined,
    lastLogins(ports, tenant),
  ]);
  const logins = all.get(id) ?? [];
  const since = sinceChange(app, logins);
  return [
    usable ? keysTried(since) : keys,
    ...local,
    ...(login === "redirect" ? [lookAtRegistration(logins)] : []),
    broker ?? { code: "broker_not_asked" },
    address,
    ...(vendor ? [vendor] : []),
    ...lookAtLogins(since, logins[0]),
  ];
}
