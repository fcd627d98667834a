import { Problem } from "../domain/problem.js";
import type { App } from "../ports/apps.js";
import type { Ports } from "../ports/ports.js";
import { callbackUrlOf, clientOf } from "./app-client.js";
import { openAppKeys } from "./app-keys.js";
import type { LastLogin } from "./last-logins.js";

/** `unknown`: it can't be seen from here. */
export type Verdict = "ok" | "wrong" | "unknown";

/** What a look at an app may find, and what it means. */
export const verdicts = {
  keys_fit: "unknown",
  keys_proven: "ok",
  keys_doubtful: "unknown",
  keys_unreadable: "wrong",
  keys_unfit: "wrong",
  environment_gone: "wrong",
  callback_none: "ok",
  callback_fits: "ok",
  callback_not_https: "wrong",
  registration_proven: "ok",
  registration_untried: "unknown",
  returns_fit: "ok",
  returns_missing: "wrong",
  returns_local: "wrong",
  broker_answers: "ok",
  broker_silent: "wrong",
  broker_not_asked: "unknown",
  proxy_unreadable: "wrong",
  proxy_refused: "wrong",
  proxy_unreachable: "wrong",
  address_seen: "ok",
  address_of_proxy: "unknown",
  address_untold: "unknown",
  vendor_lives: "ok",
  vendor_logged_out: "unknown",
  vendor_refused: "wrong",
  vendor_untold: "unknown",
  logins_succeed: "ok",
  logins_untried: "unknown",
  logins_before_change: "unknown",
  login_failed: "wrong",
} as const satisfies Readonly<Record<string, Verdict>>;

export type FindingCode = keyof typeof verdicts;

/** One thing that was found. Nothing in it is secret. */
export interface Finding {
  readonly code: FindingCode;
  /** What it is about: a key's name, a URL, an address, a code of a broker's. */
  readonly about?: string | undefined;
  /** ms since 1970, UTC */
  readonly at?: number | undefined;
}

const unusable: Readonly<Record<string, FindingCode>> = {
  keys: "keys_unreadable",
  environment: "environment_gone",
};

function lookAtKeys(ports: Pick<Ports, "vault" | "brokers" | "publicUrl">, app: App): Finding {
  try {
    clientOf(ports, app, openAppKeys(ports, app), { egress: undefined });
    return { code: "keys_fit" };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "app_unusable") throw error;
    const { field = "" } = error.facts;
    return { code: unusable[field] ?? "keys_unfit", about: field };
  }
}

function lookAtCallback(ports: Pick<Ports, "brokers" | "publicUrl">, app: App): Finding {
  const url = callbackUrlOf(ports, app);
  if (url === undefined) return { code: "callback_none" };
  const fits = app.environment !== "live" || url.startsWith("https:");
  return { code: fits ? "callback_fits" : "callback_not_https", about: url };
}

function lookAtReturnUrls({ environment, returnUrls }: App): Finding {
  if (returnUrls.length === 0) return { code: "returns_missing" };
  const local = environment === "live" && returnUrls.find((url) => !url.startsWith("https:"));
  return local ? { code: "returns_local", about: local } : { code: "returns_fit" };
}

/** What can be seen of an app without asking anybody. */
export const localFindings = (
  ports: Pick<Ports, "vault" | "brokers" | "publicUrl">,
  app: App,
): readonly Finding[] => [lookAtKeys(ports, app), lookAtCallback(ports, app), lookAtReturnUrls(app)];

/** Failures that a user can do nothing about: the app or its registration is wrong. */
const ofApp: ReadonlySet<string> = new Set([
  "app_unusable",
  "decryption_failed",
  "egress_unreachable",
  "exchange_refused",
  "key_expired",
  "key_missing",
  "keys_refused",
  "path_refused",
  "return_url_unregistered",
]);

/** Those logins that an app as it is now has taken part in: older ones say nothing of it. */
export const sinceChange = (
  { updatedAt }: Pick<App, "updatedAt">,
  logins: readonly LastLogin[],
): readonly LastLogin[] => logins.filter(({ at }) => at >= updatedAt);

/** An app's last login, where it failed by the app's own fault and the app is still as it was then. */
export function faultyLogin(
  app: Pick<App, "updatedAt">,
  logins: readonly LastLogin[],
): (LastLogin & { readonly failed: string }) | undefined {
  const [last] = sinceChange(app, logins);
  return last?.failed && ofApp.has(last.failed) ? { ...last, failed: last.failed } : undefined;
}

/** Codes of failures that a wrong key or secret may be behind. */
const ofKeys: ReadonlySet<string> = new Set([
  "decryption_failed",
  "exchange_refused",
  "key_expired",
  "key_missing",
  "keys_refused",
]);

/** What the logins since an app's last change, newest first, tell of keys that fit their form. */
export function keysTried(logins: readonly LastLogin[]): Finding {
  const telling = logins.find(({ failed }) => failed === null || ofKeys.has(failed));
  if (!telling) return { code: "keys_fit" };
  return { code: telling.failed === null ? "keys_proven" : "keys_doubtful", at: telling.at };
}

/** What is wrong with an app, as far as that can be seen at a glance: the first thing. @param logins its own, newest first */
export function appTrouble(
  ports: Pick<Ports, "vault" | "brokers" | "publicUrl">,
  app: App,
  logins: readonly LastLogin[] = [],
): Finding | undefined {
  const local = localFindings(ports, app).find(({ code }) => verdicts[code] === "wrong");
  const login = local ? undefined : faultyLogin(app, logins);
  return login ? { code: "login_failed", about: login.failed, at: login.at } : local;
}
