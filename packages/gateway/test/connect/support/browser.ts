import { type BrokerId, Secret } from "kunji";
import { answerAccount } from "../../../src/flows/login/answer-account.js";
import { beginLogin } from "../../../src/flows/login/begin-login.js";
import { cookieName } from "../../../src/flows/login/browser-cookie.js";
import { finishLogin } from "../../../src/flows/login/finish-login.js";
import type { LoginStep } from "../../../src/flows/login/login-step.js";
import { submitCode, submitPassword } from "../../../src/flows/login/password-login.js";
import type { TestWorld } from "../../support/world.js";

/** Which app a browser is at. */
export interface At {
  readonly tenant: string;
  readonly broker: BrokerId;
}

export const handleOf = ({ tenant, broker }: At): string => `handle-${tenant}-${broker}`;

/** The callback of an app with the query that a broker's redirect holds, to the letter. */
export const callbackAt = (at: At, redirect: string): string =>
  `/callback/${at.broker}/${handleOf(at)}${redirect.slice(redirect.indexOf("?"))}`;

/** A person's browser: it keeps cookies and nothing else. */
export function newBrowser(world: TestWorld) {
  const jar = new Map<string, string>();

  async function take(step: Promise<LoginStep>): Promise<LoginStep> {
    const taken = await step;
    if ("cookie" in taken) {
      const { name, value, maxAgeS } = taken.cookie;
      if (maxAgeS > 0) jar.set(name, value);
      else jar.delete(name);
    }
    return taken;
  }

  const cookieAt = (at: At): string | undefined => jar.get(cookieName(world.ports, handleOf(at)));

  return {
    jar,
    cookieAt,

    /** Presses the button of the connect page; answers where the broker's login page is. */
    async begin(token: string): Promise<string> {
      const step = await take(beginLogin(world.ports, token));
      if (step.kind !== "go") throw new Error(`The login began with ${step.kind}.`);
      return step.to;
    },

    /** Is sent back by the broker. */
    finish: (at: At, callback: string, cookie = cookieAt(at)): Promise<LoginStep> =>
      take(finishLogin(world.ports, { broker: at.broker, handle: handleOf(at), callback, cookie })),

    /** Answers the page that names the account, where the step is one. */
    async answer(at: At, step: LoginStep, answer: "yes" | "no" = "yes"): Promise<LoginStep> {
      if (step.kind !== "ask_account") return step;
      const { connection, secret } = step;
      const form = { broker: at.broker, handle: handleOf(at), cookie: cookieAt(at), connection, secret };
      return take(answerAccount(world.ports, { ...form, answer }));
    },

    password: (token: string, username: string, password: string, otp?: string): Promise<LoginStep> =>
      take(
        submitPassword(world.ports, token, {
          username,
          password: new Secret(password),
          otp: otp === undefined ? undefined : new Secret(otp),
        }),
      ),

    code: (at: At, token: string, otp: string, cookie = cookieAt(at)): Promise<LoginStep> =>
      take(submitCode(world.ports, token, { otp: new Secret(otp) }, cookie)),
  };
}

export type Browser = ReturnType<typeof newBrowser>;

function queryOf(step: LoginStep): URLSearchParams {
  if (step.kind !== "go") throw new Error(`The login ended with ${step.kind}.`);
  return new URL(step.to).searchParams;
}

/** The one-time code that the browser brings to the app. */
export const codeOf = (step: LoginStep): string => queryOf(step).get("code") ?? "";

/** The error that the browser brings to the app. */
export const errorOf = (step: LoginStep): string => queryOf(step).get("error") ?? "";
