/**
 * RMoney (Tradion): an authCode and a user id come back with the browser; their checksum alone is exchanged.
 * The page mentions no `state`: what binds the callback to the browser is the caller's.
 * @see https://weblive.rmoneyindia.net/apidocs
 */
import type { Broker, Options, RedirectClient, Traits } from "../broker.js";
import { type Checked, demanded, openCallback, pass, use, values } from "../callback.js";
import { sha256Hex } from "../checksum.js";
import { client, type Ended } from "../client.js";
import { dailyLogoutClocks } from "../daily-logout.js";
import { define } from "../define.js";
import type { Code } from "../errors.js";
import { isObject } from "../json.js";
import { read, refusal, token, unexpected } from "../judge.js";
import { jwtEnd } from "../jwt.js";
import type { Clock } from "../lifetime.js";
import { withQuery } from "../query.js";
import type { Secret } from "../secret.js";
import { type StepAnswer, type StepRequest, send } from "../send.js";
import { type Attempt, held, type Session } from "../session.js";
import type { Site } from "../site.js";
import * as wire from "./rmoney.wire.js";

/** An app's registration at RMoney. @see docs/brokers/rmoney.md */
export interface RmoneyApp {
  readonly appCode: string;
  readonly apiSecret: string | Secret;
  /** The URL kept on the developer portal, to the letter. */
  readonly redirectUri: string;
  /** `HH:mm` India time of the exchanges' daily logout; `07:00` by default, our choice: the page names no time. */
  readonly dailyLogout?: string | false;
}

const live = `https://${wire.hosts.api}`;
const traits: Traits = {
  id: "rmoney",
  name: "RMoney",
  country: "IN",
  login: "redirect",
  echoesState: false,
  vendorSession: false,
  refresh: false,
  logout: false,
  totpLogin: false,
  keys: {
    appCode: { brokerName: wire.query.appCode, label: "App code", secret: false },
    apiSecret: { brokerName: "apiSecret", label: "API secret", secret: true },
  },
  settings: {
    dailyLogout: { label: "The exchanges' daily logout", kind: "daily", byDefault: "07:00" },
  },
  environments: { live: { api: live, login: live } },
  firstCall: { method: "GET", path: wire.paths.profile },
};

type Texts = Readonly<Record<"appCode" | "apiSecret" | "redirectUri", string>>;

export function checkCallback(
  site: Site<"rmoney">,
  app: Texts,
  attempt: Attempt<"rmoney">,
  url: string | URL,
) {
  const query = openCallback(site, app.redirectUri, attempt, url);
  const { authCode, userId } = wire.query;
  return pass<"rmoney", "authCode" | "userId">({
    authCode: demanded("rmoney", query, authCode),
    userId: demanded("rmoney", query, userId),
  });
}

type CheckedCallback = Checked<"rmoney", "authCode" | "userId">;

/** The request names neither user nor app. `checkSum` as in the page's sample: its key names are case-sensitive. */
export async function exchangeRequest(
  site: Site,
  app: Texts,
  checked: CheckedCallback,
): Promise<StepRequest> {
  const { authCode, userId } = values("rmoney", checked);
  const checkSum = await sha256Hex(userId.reveal(), authCode.reveal(), app.apiSecret);
  return { method: "POST", url: site.origins.api + wire.paths.exchange, headers: {}, json: { checkSum } };
}

const kinds: ReadonlyMap<unknown, Code> = new Map([
  [wire.messages.code, "exchange_refused"],
  [wire.messages.notLoggedIn, "not_logged_in"],
  [wire.messages.keyExpired, "key_expired"],
  [wire.messages.keyMissing, "key_missing"],
  [wire.messages.internal, "broker_unavailable"],
]);

/**
 * The account is the answer's `clientId`. The callback's `userId` came from the browser and went into a checksum without
 * separators: where the two differ, the session is not confirmed until the profile names the account.
 * `now` in ms since 1970, UTC. @throws KunjiError `exchange_refused`, `not_logged_in`, `key_expired`, `key_missing`, …
 */
export function readExchange(
  answer: StepAnswer,
  now: number,
  callbackUser: Secret,
  dailyLogout: readonly Clock[] = [],
): Session<"rmoney"> {
  const { body } = answer;
  // The body decides, whatever the status.
  if (isObject(body) && typeof body.stat === "string" && /^not_?ok$/i.test(body.stat)) {
    const { emsg } = body;
    const kind = kinds.get(emsg);
    // Words that the page does not list refuse the code, unless the status tells of a fault.
    if (!kind && (answer.status === 429 || answer.status >= 500)) throw unexpected("rmoney", answer, emsg);
    throw refusal(kind ?? "exchange_refused", "rmoney", answer, emsg);
  }
  const { stat, clientId, userSession } = read("rmoney", answer, wire.exchangeAnswer);
  if (stat.toLowerCase() !== "ok") throw unexpected("rmoney", answer, undefined, "stat");
  const at = jwtEnd(userSession);
  return {
    broker: "rmoney",
    account: clientId,
    confirmed: clientId === callbackUser.reveal(),
    startedAt: now,
    usedAt: now,
    // An end that can't be read is unknown, never invented.
    clocks: at === undefined ? [] : [{ kind: "moment", at }, ...dailyLogout],
    secrets: { userSession: token("rmoney", answer, "userSession", userSession) },
  };
}

function ended({ status, body }: StepAnswer): Ended | undefined {
  return status === 401
    ? { whose: "user", text: isObject(body) ? (body.message ?? body.emsg) : undefined }
    : undefined;
}

/** The verbs of RMoney: its page documents neither refresh nor logout. */
export type RmoneyClient = RedirectClient<"rmoney">;

function make(site: Site<"rmoney">, texts: Texts, app: RmoneyApp): RmoneyClient {
  const daily = dailyLogoutClocks("rmoney", app.dailyLogout ?? "07:00");
  return {
    ...client<"rmoney">(site, {
      headers: async (session) => ({ authorization: `Bearer ${held("rmoney", session, "userSession")}` }),
      ended,
      proofRequest: () => ({ method: "GET", url: site.origins.api + wire.paths.profile }),
      readProof: (answer) => {
        const { result } = read("rmoney", answer, wire.envelope);
        return read("rmoney", answer, { clientId: "text" }, result?.[0] ?? null).clientId;
      },
    }),

    async begin() {
      const url = withQuery("rmoney", site.origins.login + wire.paths.login, {
        [wire.query.appCode]: texts.appCode,
      });
      return { url, attempt: { broker: "rmoney", beganAt: site.now(), secrets: {} } };
    },

    async complete(attempt, url, { signal } = {}) {
      const checked = checkCallback(site, texts, attempt, url);
      use(attempt);
      const now = site.now();
      const answer = await send(site, await exchangeRequest(site, texts, checked), signal);
      return readExchange(answer, now, checked.values.userId, daily);
    },
  };
}

/** @see docs/brokers/rmoney.md */
export const rmoney: Broker<RmoneyApp, RmoneyClient, Options> = /* @__PURE__ */ define(
  "rmoney",
  traits,
  make,
);
