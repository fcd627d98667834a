/**
 * AutoShares (ETNA Trader): user name and password travel in headers, a second step may follow.
 * @see https://pub-api-et-demo-prod.etnasoft.us/api
 */
import type {
  Broker,
  LogoutClient,
  OneMoreStep,
  Options,
  PasswordClient,
  PasswordLogin,
  Traits,
} from "../broker.js";
import { client, type Ended } from "../client.js";
import { define } from "../define.js";
import { KunjiError } from "../errors.js";
import { headerValue } from "../headers.js";
import { isObject } from "../json.js";
import { read, refusal, token, unexpected } from "../judge.js";
import { reveal, type Secret } from "../secret.js";
import { type StepAnswer, type StepRequest, send } from "../send.js";
import { held, type Session } from "../session.js";
import type { Site } from "../site.js";
import * as wire from "./autoshares.wire.js";

/** An app's registration at AutoShares. @see docs/brokers/autoshares.md */
export interface AutosharesApp {
  /** `Et-App-Key`: the key of the company's web terminal, mobile app or custom app. */
  readonly appKey: string | Secret;
  /** How long a token lives, in ms. The page says 24 hours, newer pages of the vendor 60 minutes; 24 hours by default. */
  readonly lifetimeMs?: number;
}

const demo = `https://${wire.hosts.api}`;
const traits: Traits = {
  id: "autoshares",
  name: "AutoShares",
  country: "US",
  login: "password",
  echoesState: false,
  vendorSession: false,
  refresh: false,
  logout: true,
  totpLogin: false,
  keys: { appKey: { brokerName: wire.headers.appKey, label: "Et-App-Key", secret: true } },
  settings: { lifetimeMs: { label: "How long a token lives", kind: "ms", byDefault: 86_400_000 } },
  // The base URL differs with the environment; the one that the page prints is the demo's.
  environments: { live: { api: demo + wire.base, login: demo } },
  firstCall: { method: "GET", path: wire.paths.me },
};

type Texts = Readonly<Record<"appKey", string>>;

/** @throws KunjiError `input_invalid` for what can't travel in a header: nothing is sent then */
export function loginRequest(site: Site, app: Texts, input: PasswordLogin): StepRequest {
  const value = (field: string, text: string | Secret) => headerValue("autoshares", field, reveal(text));
  const { second } = input;
  const answerHeader = second?.step.needs === "pin" ? wire.headers.pinCode : wire.headers.verificationCode;
  return {
    method: "POST",
    url: site.origins.api + wire.paths.token,
    headers: {
      [wire.headers.appKey]: value("appKey", app.appKey),
      [wire.headers.username]: value("username", input.username),
      [wire.headers.password]: value("password", input.password),
      ...(second && {
        [wire.headers.authorization]: `Bearer ${value("interim", second.step.interim)}`,
        [answerHeader]: value("code", second.code),
      }),
    },
  };
}

const needs: ReadonlyMap<unknown, OneMoreStep["needs"]> = new Map([
  [wire.steps.code, "verification_code"],
  [wire.steps.pin, "pin"],
  [wire.steps.pinCorrected, "pin"],
]);

/** `now` in ms since 1970, UTC. @throws KunjiError `credentials_refused`, `second_factor_refused`, `keys_refused`, … */
export function readLogin(
  answer: StepAnswer,
  now: number,
  lifetimeMs: number,
): Session<"autoshares"> | OneMoreStep {
  const { body } = answer;
  if (isObject(body) && typeof body.error === "string" && answer.status < 500)
    throw refusal("keys_refused", "autoshares", answer, body.error);
  const { State, Step, Reason, Token } = read("autoshares", answer, wire.tokenAnswer);
  const step = needs.get(Step);
  if (State === wire.states.failed)
    throw refusal(step ? "second_factor_refused" : "credentials_refused", "autoshares", answer, Reason);
  if (!Token) throw unexpected("autoshares", answer, Reason, "Token");
  const secret = token("autoshares", answer, "Token", Token);
  if (State === wire.states.expecting && step) return { needs: step, interim: secret };
  if (State !== wire.states.succeeded)
    throw unexpected("autoshares", answer, Reason, step ? "State" : "State, Step");
  return {
    broker: "autoshares",
    account: undefined,
    confirmed: true,
    startedAt: now,
    usedAt: now,
    clocks: [{ kind: "moment", at: now + lifetimeMs }],
    secrets: { token: secret },
  };
}

function ended({ status, body }: StepAnswer): Ended | undefined {
  return status === 401
    ? { whose: "user", text: isObject(body) ? (body.Message ?? body.Reason) : undefined }
    : undefined;
}

/** The verbs of AutoShares. */
export type AutosharesClient = PasswordClient<"autoshares"> & LogoutClient<"autoshares">;

function make(site: Site<"autoshares">, texts: Texts, app: AutosharesApp): AutosharesClient {
  const { lifetimeMs = 86_400_000 } = app;
  if (!(lifetimeMs > 0 && lifetimeMs < Number.POSITIVE_INFINITY))
    throw new KunjiError("input_invalid", { broker: "autoshares", field: "lifetimeMs" });
  const headers = async (session: Session<"autoshares">) => ({
    [wire.headers.appKey]: headerValue("autoshares", "appKey", texts.appKey),
    [wire.headers.authorization]: `Bearer ${held("autoshares", session, "token")}`,
  });
  return {
    ...client(site, {
      headers,
      ended,
      proofRequest: () => ({ method: "GET", url: site.origins.api + wire.paths.me }),
      readProof: (answer) => read("autoshares", answer, wire.userInfo).Login,
    }),

    async login(input) {
      const now = site.now();
      return readLogin(await send(site, loginRequest(site, texts, input), input.signal), now, lifetimeMs);
    },

    async logout(session, { signal } = {}) {
      const url = site.origins.api + wire.paths.logout;
      const answer = await send(site, { method: "POST", url, headers: await headers(session) }, signal);
      // No answer is documented: any success is one, and a dead token is what was wanted.
      if (answer.status >= 500 || answer.status === 429) throw unexpected("autoshares", answer);
      if (answer.status >= 400 && !ended(answer)) throw refusal("logout_refused", "autoshares", answer);
    },
  };
}

/** @see docs/brokers/autoshares.md */
export const autoshares: Broker<AutosharesApp, AutosharesClient, Options> = /* @__PURE__ */ define(
  "autoshares",
  traits,
  make,
);
