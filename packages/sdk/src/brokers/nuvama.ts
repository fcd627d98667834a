/**
 * Nuvama API Connect (B2B): a vendor session for all users, and a user's token that comes back encrypted with the browser.
 * @see https://nuvamawealth.com/partner-documentation
 */
import type {
  Broker,
  LogoutClient,
  Options,
  Origins,
  RedirectClient,
  Traits,
  VendorClient,
  VendorStore,
} from "../broker.js";
import { type Checked, demanded, openCallback, pass, stateOr, use, values } from "../callback.js";
import { client, type Ended, type Manners } from "../client.js";
import { define } from "../define.js";
import { KunjiError } from "../errors.js";
import { headerValue, isHeaderValue } from "../headers.js";
import { indiaOffset } from "../india-time.js";
import { read, refusal, unexpected } from "../judge.js";
import { withQuery } from "../query.js";
import { Secret } from "../secret.js";
import { type StepAnswer, send } from "../send.js";
import { type Attempt, held, type Session } from "../session.js";
import type { Site } from "../site.js";
import { type Iv, openToken } from "./nuvama.cipher.js";
import { errorOf, type VendorTexts, vendorKeeper } from "./nuvama.vendor.js";
import * as wire from "./nuvama.wire.js";

export type { Iv } from "./nuvama.cipher.js";

/** An app's registration at Nuvama. @see docs/brokers/nuvama.md */
export interface NuvamaApp {
  /** The vendor's name, as in the vendor login's path. */
  readonly vendor: string;
  /** The vendor's API key, `ordsrc`; may differ from its name. */
  readonly apiKey: string;
  /** The vendor's password, of any length. */
  readonly pwd: string | Secret;
  /** The 16 characters that the user's token is encrypted with; the password by default. */
  readonly securityKey?: string | Secret;
  readonly appIdKey: string | Secret;
  /** The URL set on the partner portal, to the letter. */
  readonly redirectUri: string;
  /** The page names no IV: sixteen zero bytes by default. */
  readonly iv?: Iv;
}

/** What the outside world gives to a Nuvama client. */
export interface NuvamaOptions extends Options {
  /** Where the vendor session is kept between processes; in memory by default. */
  readonly vendorStore?: VendorStore;
}

const live: Origins = { api: `https://${wire.hosts.api}`, login: `https://${wire.hosts.login}` };
const dailyEnd = { time: "00:30", utcOffset: indiaOffset } as const;
const ivs: readonly string[] = ["zero", "key-start", "key-end", "prefix"] satisfies Iv[];
const traits: Traits = {
  id: "nuvama",
  name: "Nuvama",
  country: "IN",
  login: "redirect",
  echoesState: true,
  vendorSession: true,
  sharedSecret: "authorization",
  refresh: false,
  logout: true,
  totpLogin: false,
  dailyEnd,
  keys: {
    vendor: { brokerName: "vendor", label: "Vendor name", secret: false },
    apiKey: { brokerName: "api_key", label: "API key", secret: false },
    pwd: { brokerName: "pwd", label: "Password", secret: true },
    securityKey: {
      brokerName: "securityKey",
      label: "API security key",
      secret: true,
      optional: true,
      length: 16,
    },
    appIdKey: { brokerName: wire.headers.appIdKey, label: "AppID key", secret: true },
  },
  settings: {
    iv: {
      label: "Where the IV comes from",
      kind: "choice",
      choices: ivs,
      byDefault: "zero",
    },
  },
  environments: { live },
  firstCall: { method: "GET", path: wire.paths.limits.replace("{user}", "80126245"), account: "80126245" },
};

type Texts = VendorTexts & Readonly<Record<"apiKey" | "securityKey" | "appIdKey" | "redirectUri", string>>;
type Given = Omit<Texts, "securityKey"> & { readonly securityKey?: string };
type Nuvama = Session<"nuvama">;
type CheckedCallback = Checked<"nuvama", "encrTkn" | "userid" | "vendorToken">;

export function checkCallback(
  site: Site<"nuvama">,
  app: Texts,
  attempt: Attempt<"nuvama">,
  url: string | URL,
) {
  const query = openCallback(site, app.redirectUri, attempt, url);
  // The text says success/fail, the sample `true`; all else is a failure.
  if (!/^(?:true|success)$/i.test(demanded("nuvama", query, wire.query.success)))
    throw new KunjiError("login_denied", { broker: "nuvama", field: wire.query.success });
  return pass<"nuvama", "encrTkn" | "userid" | "vendorToken">({
    encrTkn: demanded("nuvama", query, wire.query.token, true),
    userid: demanded("nuvama", query, wire.query.user),
    // The vendor session of this very login: there may be a newer one by now.
    vendorToken: attempt.secrets.vendorToken?.reveal() ?? "",
  });
}

/** Nuvama has no exchange: the token is in the callback. It is a claim until the first call has proven it. */
export async function openCallbackToken(
  app: Texts,
  checked: CheckedCallback,
  iv: Iv,
  now: number,
): Promise<Nuvama> {
  const { encrTkn, userid, vendorToken } = values("nuvama", checked);
  const text = await openToken(encrTkn.reveal(), vendorToken.reveal(), app.securityKey, iv);
  return {
    broker: "nuvama",
    // The browser names the account, and the cipher proves nothing of it: the first call does.
    account: userid.reveal(),
    confirmed: false,
    startedAt: now,
    usedAt: now,
    clocks: [
      { kind: "idle", ms: 28_800_000 },
      { kind: "daily", ...dailyEnd, by: "broker" },
    ],
    secrets: { authorization: new Secret(text), appIdKey: new Secret(app.appIdKey) },
  };
}

function ended(answer: StepAnswer): Ended | undefined {
  const { errCd, errMsg } = errorOf(answer);
  if (errCd === wire.errors.sourceToken.errCd) return { whose: "vendor", text: errMsg };
  return answer.status === 401 || errCd === wire.errors.session.errCd
    ? { whose: "user", text: errMsg }
    : undefined;
}

/** The server may hand out newer tokens with any answer. */
function newer(session: Nuvama, headers: Headers): Nuvama {
  const secrets = { ...session.secrets };
  for (const [name, header] of [
    ["appIdKey", wire.headers.appIdKey] as const,
    ["authorization", wire.headers.authorization] as const,
  ]) {
    const value = headers.get(header);
    if (value && isHeaderValue(value)) secrets[name] = new Secret(value);
  }
  return { ...session, secrets };
}

/** The verbs of Nuvama. */
export type NuvamaClient = RedirectClient<"nuvama"> & LogoutClient<"nuvama"> & VendorClient<"nuvama">;

function make(site: Site<"nuvama">, given: Given, app: NuvamaApp, options: NuvamaOptions): NuvamaClient {
  const texts: Texts = { securityKey: given.pwd, ...given };
  if (texts.securityKey.length !== 16)
    throw new KunjiError("input_invalid", { broker: "nuvama", field: "securityKey" });
  const { iv = "zero" } = app;
  if (iv instanceof Uint8Array ? iv.length !== 16 : !ivs.includes(iv))
    throw new KunjiError("input_invalid", { broker: "nuvama", field: "iv" });
  const vendor = vendorKeeper(site, texts, options.vendorStore);
  const userPath = (path: string, user = "") =>
    site.origins.api + path.replace("{user}", encodeURIComponent(user));
  const headers: Manners<"nuvama">["headers"] = async (session, signal) => ({
    [wire.headers.source]: headerValue("nuvama", "apiKey", given.apiKey),
    [wire.headers.sourceToken]: (await vendor.forCall(signal)).token.reveal(),
    [wire.headers.appIdKey]: headerValue("nuvama", "appIdKey", held("nuvama", session, "appIdKey")),
    [wire.headers.authorization]: held("nuvama", session, "authorization"),
  });
  async function logoff(session: Nuvama, signal: AbortSignal | undefined, again: boolean): Promise<void> {
    const url = userPath(wire.paths.logoff, session.account);
    const sent = await headers(session, signal);
    const answer = await send(site, { method: "PUT", url, headers: sent }, signal);
    const { errMsg } = errorOf(answer);
    if (answer.status >= 500 || answer.status === 429) throw unexpected("nuvama", answer, errMsg);
    const whose = ended(answer)?.whose;
    if (whose === "vendor" && !again) {
      // The vendor session alone has ended: the user's would live on.
      await vendor.after(sent[wire.headers.sourceToken], signal);
      return logoff(session, signal, true);
    }
    if (answer.status >= 400 && whose !== "user") throw refusal("logout_refused", "nuvama", answer, errMsg);
  }
  return {
    ...client<"nuvama">(site, {
      headers,
      ended,
      newer,
      renewVendor: async (refused, signal) =>
        void (await vendor.after(refused[wire.headers.sourceToken], signal)),
      proofRequest: ({ account }) => ({ method: "GET", url: userPath(wire.paths.limits, account) }),
      readProof: (answer) => {
        // The account stands in the path: the token opens no other.
        const { errCd, errMsg } = errorOf(answer);
        if (errCd !== undefined) throw refusal("account_mismatch", "nuvama", answer, errMsg);
        read("nuvama", answer, { data: "object" });
        return undefined;
      },
    }),

    async begin({ state, signal } = {}) {
      const sent = stateOr(site, state);
      const { token } = await vendor.forLogin(signal);
      const { source, sourceToken, state: name } = wire.query;
      const query = { [source]: given.apiKey, [sourceToken]: token.reveal(), [name]: sent };
      return {
        url: withQuery("nuvama", site.origins.login + wire.paths.login, query),
        attempt: {
          broker: "nuvama",
          beganAt: site.now(),
          secrets: { state: new Secret(sent), vendorToken: token },
        },
      };
    },

    async complete(attempt, url) {
      const checked = checkCallback(site, texts, attempt, url);
      use(attempt);
      return openCallbackToken(texts, checked, iv, site.now());
    },

    logout: (session, { signal } = {}) => logoff(session, signal, false),

    loginVendor: ({ signal, fresh = false } = {}) => vendor.forLogin(signal, fresh),
    logoutVendor: ({ signal } = {}) => vendor.logout(signal),
  };
}

/** @see docs/brokers/nuvama.md */
export const nuvama: Broker<NuvamaApp, NuvamaClient, NuvamaOptions> = /* @__PURE__ */ define(
  "nuvama",
  traits,
  make,
);
