/**
 * Zebu MYNT (Noren OAuth): a code comes back with the browser; access tokens of an hour, renewed without the user.
 * Zebu documents no `state` and no redirect parameter: what binds the callback to the browser is the caller's.
 * @see https://zebumyntapi.web.app
 */
import type { Broker, LogoutClient, Options, RedirectClient, RefreshingClient, Traits } from "../broker.js";
import { type Checked, demanded, openCallback, pass, use, values } from "../callback.js";
import { sha256Hex } from "../checksum.js";
import { client, type Ended } from "../client.js";
import { dailyLogoutClocks } from "../daily-logout.js";
import { define } from "../define.js";
import { type Code, KunjiError } from "../errors.js";
import { isObject } from "../json.js";
import { read, refusal, token, unexpected } from "../judge.js";
import type { Clock } from "../lifetime.js";
import { withQuery } from "../query.js";
import { Secret } from "../secret.js";
import { type StepAnswer, type StepRequest, send } from "../send.js";
import { type Attempt, held, own, type Session } from "../session.js";
import type { Site } from "../site.js";
import * as wire from "./zebu.wire.js";

/** An app's registration at Zebu. @see docs/brokers/zebu.md */
export interface ZebuApp {
  readonly clientId: string;
  readonly secret: string | Secret;
  /** The URL registered with Zebu, to the letter. */
  readonly redirectUri: string;
  /** `HH:mm` India time of the exchanges' daily logout. The page names none: off by default. */
  readonly dailyLogout?: string | false;
}

const hosts = (host: string) => ({ api: `https://${host}`, login: `https://${host}` });
const traits: Traits = {
  id: "zebu",
  name: "Zebu MYNT",
  country: "IN",
  login: "redirect",
  echoesState: false,
  vendorSession: false,
  refresh: true,
  logout: true,
  totpLogin: false,
  keys: {
    clientId: { brokerName: "client_id", label: "Client ID", secret: false },
    secret: { brokerName: "secret_key", label: "Secret key", secret: true },
  },
  settings: {
    dailyLogout: { label: "The exchanges' daily logout", kind: "daily", byDefault: false },
  },
  environments: { live: hosts(wire.hosts.api), uat: hosts(wire.hosts.uat) },
  firstCall: {
    method: "POST",
    path: wire.paths.quotes,
    body: '{"uid":"ZP0001","exch":"NSE","token":"2885"}',
    account: "ZP0001",
  },
};

type Texts = Readonly<Record<"clientId" | "secret" | "redirectUri", string>>;
type Zebu = Session<"zebu">;

export function checkCallback(site: Site<"zebu">, app: Texts, attempt: Attempt<"zebu">, url: string | URL) {
  const query = openCallback(site, app.redirectUri, attempt, url);
  // Whoever declines comes back without a code.
  if (query.value(wire.query.code) === undefined)
    throw new KunjiError("login_denied", { broker: "zebu", field: "code" });
  return pass<"zebu", "code">({ code: demanded("zebu", query, wire.query.code) });
}

export async function exchangeRequest(
  site: Site,
  app: Texts,
  checked: Checked<"zebu", "code">,
): Promise<StepRequest> {
  const code = values("zebu", checked).code.reveal();
  const checksum = await sha256Hex(app.clientId, app.secret, code);
  return {
    method: "POST",
    url: site.origins.api + wire.paths.exchange,
    headers: {},
    json: { code, checksum },
  };
}

/** The body decides, whatever the status: `stat` in any case of letters. */
function judged(answer: StepAnswer, code: Code): void {
  const { body } = answer;
  if (!isObject(body)) throw unexpected("zebu", answer);
  const { stat, emsg } = body;
  if (typeof stat !== "string" || !/^not_?ok$/i.test(stat)) return;
  // A fault of the broker's is no refusal: the refresh token is kept.
  const fault =
    answer.status === 429 || answer.status >= 500 || (typeof emsg === "string" && /time-?out/i.test(emsg));
  if (!fault) throw refusal(code, "zebu", answer, emsg);
  throw refusal(answer.status === 429 ? "rate_limited" : "broker_unavailable", "zebu", answer, emsg);
}

/** Seconds as digits; above 10⁹ a moment since 1970, as brokers of the same family send. */
function endOf(answer: StepAnswer, text: string, now: number): Clock {
  const seconds = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  if (seconds === 0) throw unexpected("zebu", answer, undefined, "expires_in");
  return { kind: "moment", at: seconds > 1e9 ? seconds * 1000 : now + seconds * 1000 };
}

/** `now` in ms since 1970, UTC. @throws KunjiError `exchange_refused`, `answer_unreadable`, … */
export function readExchange(answer: StepAnswer, now: number, dailyLogout: readonly Clock[] = []): Zebu {
  judged(answer, "exchange_refused");
  const fields = read("zebu", answer, wire.exchangeAnswer);
  return {
    broker: "zebu",
    account: fields.actid || fields.USERID || undefined,
    confirmed: true,
    startedAt: now,
    usedAt: now,
    clocks: [endOf(answer, fields.expires_in, now), ...dailyLogout],
    secrets: {
      access_token: token("zebu", answer, "access_token", fields.access_token),
      ...(fields.refresh_token && { refresh_token: new Secret(fields.refresh_token) }),
    },
  };
}

/** @throws KunjiError `refresh_refused` where the session has no refresh token */
export function refreshRequest(site: Site, session: Zebu): StepRequest {
  own("zebu", session);
  const refresh = session.secrets.refresh_token;
  if (!refresh) throw new KunjiError("refresh_refused", { broker: "zebu", field: "refresh_token" });
  return {
    method: "POST",
    url: site.origins.api + wire.paths.refresh,
    headers: {},
    json: { refresh_token: refresh.reveal() },
  };
}

/** The answer names no refresh token: the one on file stays, unless a newer one is there after all. */
export function readRefresh(answer: StepAnswer, session: Zebu, now: number): Zebu {
  judged(answer, "refresh_refused");
  const fields = read("zebu", answer, wire.refreshAnswer);
  const daily = session.clocks.filter(({ kind }) => kind === "daily");
  return {
    ...session,
    usedAt: now,
    clocks: [endOf(answer, fields.expires_in, now), ...daily],
    secrets: {
      ...session.secrets,
      access_token: token("zebu", answer, "access_token", fields.access_token),
      ...(fields.refresh_token && { refresh_token: new Secret(fields.refresh_token) }),
    },
  };
}

function ended({ status, body }: StepAnswer): Ended | undefined {
  const text = isObject(body) ? body.emsg : undefined;
  const said = typeof text === "string" && /^session expired/i.test(text);
  return said || status === 401 ? { whose: "user", text } : undefined;
}

/** The verbs of Zebu. */
export type ZebuClient = RedirectClient<"zebu"> & RefreshingClient<"zebu"> & LogoutClient<"zebu">;

function make(site: Site<"zebu">, texts: Texts, app: ZebuApp): ZebuClient {
  const daily = dailyLogoutClocks("zebu", app.dailyLogout ?? false);
  const headers = async (session: Zebu) => ({
    authorization: `Bearer ${held("zebu", session, "access_token")}`,
  });
  const refresh: ZebuClient["refresh"] = async (session, { signal } = {}) => {
    const now = site.now();
    return readRefresh(await send(site, refreshRequest(site, session), signal), session, now);
  };
  return {
    ...client<"zebu">(site, {
      headers,
      ended,
      refresh,
      // A quote needs an account to ask with; where none is known yet, the client's details tell it.
      proofRequest: ({ account }) =>
        account
          ? {
              method: "POST",
              url: site.origins.api + wire.paths.quotes,
              json: { uid: account, exch: "NSE", token: "2885" },
            }
          : { method: "POST", url: site.origins.api + wire.paths.client, json: {} },
      readProof: (answer) => {
        judged(answer, "login_needed");
        const { stat, actid, uid } = read("zebu", answer, wire.proofAnswer);
        if (stat.toLowerCase() !== "ok") throw unexpected("zebu", answer, undefined, "stat");
        return actid || uid || undefined;
      },
    }),
    refresh,

    async begin() {
      const url = withQuery("zebu", site.origins.login + wire.paths.login, {
        [wire.query.clientId]: texts.clientId,
      });
      return { url, attempt: { broker: "zebu", beganAt: site.now(), secrets: {} } };
    },

    async complete(attempt, url, { signal } = {}) {
      const checked = checkCallback(site, texts, attempt, url);
      use(attempt);
      const now = site.now();
      return readExchange(await send(site, await exchangeRequest(site, texts, checked), signal), now, daily);
    },

    async logout(session, { signal } = {}) {
      const url = site.origins.api + wire.paths.logout;
      const json = { uid: session.account ?? "" };
      const answer = await send(site, { method: "POST", url, headers: await headers(session), json }, signal);
      if (ended(answer)) return;
      judged(answer, "logout_refused");
      read("zebu", answer, wire.logoutAnswer);
    },
  };
}

/** @see docs/brokers/zebu.md */
export const zebu: Broker<ZebuApp, ZebuClient, Options> = /* @__PURE__ */ define("zebu", traits, make);
