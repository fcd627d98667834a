/**
 * Ventura EaseAPI: a request token comes back with the browser and is exchanged with a constant checksum.
 * @see https://easeapi.venturasecurities.com/docs/ease-api/v1/login
 */
import type { Broker, LogoutClient, Options, RedirectClient, TotpClient, Traits } from "../broker.js";
import { type Checked, demanded, openCallback, pass, stateOr, use, values } from "../callback.js";
import { sha256Hex } from "../checksum.js";
import { client, type Ended } from "../client.js";
import { dailyLogoutClocks } from "../daily-logout.js";
import { define } from "../define.js";
import type { Code } from "../errors.js";
import { headerValue } from "../headers.js";
import { indiaTime } from "../india-time.js";
import { isObject } from "../json.js";
import { read, refusal, token, unexpected } from "../judge.js";
import { jwtEnd } from "../jwt.js";
import type { Clock } from "../lifetime.js";
import { withQuery } from "../query.js";
import { reveal, Secret } from "../secret.js";
import { type StepAnswer, type StepRequest, send } from "../send.js";
import { type Attempt, held, type Session } from "../session.js";
import type { Site } from "../site.js";
import * as wire from "./ventura.wire.js";

/** An app's registration at Ventura. @see docs/brokers/ventura.md */
export interface VenturaApp {
  readonly appKey: string;
  readonly appSecret: string | Secret;
  /** The URL registered on the portal, to the letter. */
  readonly redirectUri: string;
  /** `HH:mm` India time of the exchanges' daily logout. The page says 24 hours and no more: off by default. */
  readonly dailyLogout?: string | false;
}

const traits: Traits = {
  id: "ventura",
  name: "Ventura EaseAPI",
  country: "IN",
  login: "redirect",
  echoesState: true,
  vendorSession: false,
  refresh: false,
  logout: true,
  totpLogin: true,
  keys: {
    appKey: { brokerName: "app_key", label: "App key", secret: false },
    appSecret: { brokerName: "app_secret", label: "App secret", secret: true },
  },
  settings: {
    dailyLogout: { label: "The exchanges' daily logout", kind: "daily", byDefault: false },
  },
  environments: { live: { api: `https://${wire.hosts.api}`, login: `https://${wire.hosts.api}` } },
  firstCall: { method: "GET", path: wire.paths.profile },
};

type Texts = Readonly<Record<"appKey" | "appSecret" | "redirectUri", string>>;

export function checkCallback(
  site: Site<"ventura">,
  app: Texts,
  attempt: Attempt<"ventura">,
  url: string | URL,
) {
  const query = openCallback(site, app.redirectUri, attempt, url);
  return pass<"ventura", "code">({ code: demanded("ventura", query, wire.query.requestToken) });
}

/** `data` is the same at every login, hence as secret as the app's secret itself. */
export async function exchangeRequest(
  site: Site,
  app: Texts,
  checked: Checked<"ventura", "code">,
): Promise<StepRequest> {
  const { code } = values("ventura", checked);
  const { appKey, appSecret } = app;
  return {
    method: "POST",
    url: site.origins.api + wire.paths.exchange,
    headers: { [wire.headers.appKey]: headerValue("ventura", "appKey", appKey) },
    json: { request_token: code.reveal(), data: await sha256Hex(appKey, appSecret) },
  };
}

function wordsOf(body: unknown): unknown {
  return isObject(body) ? (body.message ?? body.error_message ?? body.detail) : undefined;
}

/** `now` in ms since 1970, UTC. @throws KunjiError `exchange_refused`, `answer_unreadable`, … */
export function readSession(
  answer: StepAnswer,
  now: number,
  dailyLogout: readonly Clock[] = [],
  refused: Code = "exchange_refused",
): Session<"ventura"> {
  const { status, body } = answer;
  const said = wordsOf(body);
  // No error is documented: whatever brings words and no token is a refusal, unless it is a fault of the server's.
  const refuses =
    status >= 400 || (typeof said === "string" && isObject(body) && body.auth_token === undefined);
  const fault = status >= 500 || status === 429;
  if (refuses) throw fault ? unexpected("ventura", answer, said) : refusal(refused, "ventura", answer, said);
  const fields = read("ventura", answer, wire.sessionAnswer);
  const at = indiaTime(fields.auth_expiry);
  const refreshEndsAt = indiaTime(fields.refresh_expiry);
  if (at === undefined || refreshEndsAt === undefined)
    throw unexpected("ventura", answer, undefined, at === undefined ? "auth_expiry" : "refresh_expiry");
  const moment = { kind: "moment", at: Math.min(at, jwtEnd(fields.auth_token) ?? at) } as const;
  return {
    broker: "ventura",
    account: fields.client_id,
    confirmed: true,
    startedAt: now,
    usedAt: now,
    clocks: [moment, ...dailyLogout],
    refreshEndsAt,
    secrets: {
      auth_token: token("ventura", answer, "auth_token", fields.auth_token),
      refresh_token: new Secret(fields.refresh_token),
    },
  };
}

function ended({ status, body }: StepAnswer): Ended | undefined {
  const said = isObject(body) && body.session_expired === true;
  return status === 401 || said ? { whose: "user", text: wordsOf(body) } : undefined;
}

/** The verbs of Ventura. */
export type VenturaClient = RedirectClient<"ventura"> & LogoutClient<"ventura"> & TotpClient<"ventura">;

function make(site: Site<"ventura">, texts: Texts, app: VenturaApp): VenturaClient {
  const { appKey, appSecret } = texts;
  const daily = dailyLogoutClocks("ventura", app.dailyLogout ?? false);
  const headers = async (session: Session<"ventura">) => ({
    [wire.headers.appKey]: headerValue("ventura", "appKey", appKey),
    [wire.headers.clientId]: headerValue("ventura", "account", session.account ?? ""),
    [wire.headers.authorization]: `Bearer ${held("ventura", session, "auth_token")}`,
  });
  return {
    ...client(site, {
      headers,
      ended,
      proofRequest: () => ({ method: "GET", url: site.origins.api + wire.paths.profile }),
      readProof: (answer) => {
        const { data } = read("ventura", answer, { status: "text", data: "object" });
        read("ventura", answer, { user_name: "text" }, data);
        return undefined;
      },
    }),

    async begin({ state } = {}) {
      const sent = stateOr(site, state);
      const query = { [wire.query.appKey]: appKey, [wire.query.state]: sent };
      return {
        url: withQuery("ventura", site.origins.login + wire.paths.login, query),
        attempt: { broker: "ventura", beganAt: site.now(), secrets: { state: new Secret(sent) } },
      };
    },

    async complete(attempt, url, { signal } = {}) {
      const checked = checkCallback(site, texts, attempt, url);
      use(attempt);
      const now = site.now();
      const request = await exchangeRequest(site, texts, checked);
      return readSession(await send(site, request, signal), now, daily);
    },

    async loginWithTotp({ clientId, password, totp, macAddress, signal }) {
      const now = site.now();
      const request = {
        method: "POST",
        url: site.origins.api + wire.paths.totp,
        headers: {
          [wire.headers.appKey]: headerValue("ventura", "appKey", appKey),
          [wire.headers.clientId]: headerValue("ventura", "clientId", clientId),
          [wire.headers.macAddress]: headerValue("ventura", "macAddress", macAddress),
        },
        json: { password: reveal(password), data: await sha256Hex(appKey, appSecret), totp: reveal(totp) },
      };
      const answer = await send(site, request, signal);
      const session = readSession(answer, now, daily, "credentials_refused");
      if (session.account?.toLowerCase() !== clientId.toLowerCase())
        throw refusal("account_mismatch", "ventura", answer);
      return session;
    },

    async logout(session, { signal } = {}) {
      const json = { refresh_token: held("ventura", session, "refresh_token") };
      const url = site.origins.api + wire.paths.logout;
      const answer = await send(site, { method: "POST", url, headers: await headers(session), json }, signal);
      if (ended(answer)) return;
      if (answer.status >= 500 || answer.status === 429)
        throw unexpected("ventura", answer, wordsOf(answer.body));
      if (!read("ventura", answer, wire.logoutAnswer).success)
        throw refusal("logout_refused", "ventura", answer, wordsOf(answer.body));
    },
  };
}

/** @see docs/brokers/ventura.md */
export const ventura: Broker<VenturaApp, VenturaClient, Options> = /* @__PURE__ */ define(
  "ventura",
  traits,
  make,
);
