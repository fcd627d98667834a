import type { Context, Hono } from "hono";
import type { App, LoginPage, SandboxBroker, User } from "../broker.js";
import type { Core } from "../core.js";
import { currentCode } from "../credentials.js";
import { readBody } from "../http/body.js";
import { bare } from "../http/broker-routes.js";
import type { Env } from "../http/env.js";
import { ownUrl, prefixOf } from "../http/prefix.js";
import { record } from "../ledger/record.js";
import { showPage } from "./layout.js";
import { consentView, type LoginForm, loginView, type ReadyUser, refusalView } from "./login-view.js";

/** Only the parameters that the broker knows, in their order, repeated ones too. */
function known(login: LoginPage, ...from: URLSearchParams[]): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of login.params) {
    const values = from.map((params) => params.getAll(name)).find((found) => found.length > 0) ?? [];
    for (const value of values) query.append(name, value);
  }
  return query;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that a form field changes on its way
const changedByForms = /[\u0000-\u001f\ufffd]/;

/** A browser alters line ends and NULs in a form's fields: values with such travel in the form's URL instead. */
function formOf(path: string, query: URLSearchParams): LoginForm {
  const inUrl = new URLSearchParams([...query].filter(([, value]) => changedByForms.test(value)));
  const hidden = [...query].filter(([, value]) => !changedByForms.test(value));
  return { action: inUrl.size > 0 ? `${path}?${inUrl}` : path, hidden };
}

/** The pages of one broker's login: form, consent, and the way back to the app. */
export function loginPages(app: Hono<Env>, core: Core, broker: SandboxBroker): void {
  const { login } = broker;
  if (login === null) return;
  const { world, store, wall } = core;
  const path = `/${broker.id}${bare(login.path)}`;
  const formPath = (c: Context<Env>): string => prefixOf(c.req.raw, broker) + login.path;

  const ready = (): readonly ReadyUser[] =>
    broker.presets.users.map(({ username, name, password, totpSecret, about }) => {
      return { username, name, password, about, code: currentCode(totpSecret, wall()) };
    });

  const refuse = (c: Context<Env>, sentence: string): Promise<Response> =>
    showPage(
      c,
      {
        title: `${broker.name} · sandbox`,
        broker,
        part: "Log in",
        width: "narrow",
        body: refusalView("This login can't begin", sentence),
      },
      400,
    );

  const ask = (
    c: Context<Env>,
    query: URLSearchParams,
    app: App,
    refused?: { username: string; sentence: string },
  ) =>
    showPage(
      c,
      {
        title: `Log in to ${broker.name} · sandbox`,
        broker,
        part: "Log in",
        width: "medium",
        body: loginView(broker, app, formOf(formPath(c), query), ready(), refused),
      },
      refused ? 401 : 200,
    );

  const back = (c: Context<Env>, url: URL): Response => {
    c.header("referrer-policy", "no-referrer");
    c.header("cache-control", "no-store");
    return c.redirect(url.href, 303);
  };

  /** Why this person may not come in, as a sentence; `undefined` where they may. */
  async function refusal(user: User | undefined, form: URLSearchParams): Promise<string | undefined> {
    if (user === undefined) return "There is no user of this name. Take one of the ready users below.";
    if (!(await world.passwordIs(user, form.get("password") ?? ""))) return "The password is wrong.";
    if (user.behaviour === "locked")
      return "This account is locked. The broker's support would have to open it.";
    // The button of a ready user stands for its code, also on a page that was left open.
    if (form.get("ready") === "yes" || world.otpIs(user, (form.get("otp") ?? "").trim())) return undefined;
    return "The six-digit code is wrong or too old.";
  }

  async function submitted(c: Context<Env>, form: URLSearchParams): Promise<Response> {
    const query = known(login as LoginPage, form, new URL(c.req.url).searchParams);
    const app = (login as LoginPage).app(query, world);
    if ("refuse" in app) return refuse(c, app.refuse);
    const username = form.get("username") ?? "";
    const user = store.users.find(broker.id, username);
    const sentence = await refusal(user, form);
    if (
      user?.behaviour === "locked" &&
      login?.failed &&
      (await world.passwordIs(user, form.get("password") ?? ""))
    )
      return back(c, login.failed(query, app, user, world));
    if (user === undefined || sentence !== undefined) {
      return ask(c, query, app, { username, sentence: sentence ?? "" });
    }
    return entered(c, query, app, user);
  }

  async function entered(c: Context<Env>, query: URLSearchParams, app: App, user: User): Promise<Response> {
    const { consent, declined, granted } = login as LoginPage;
    if (user.behaviour === "declines_consent") return back(c, declined(query, app, user, world));
    if (consent === "never" || (consent === "first" && world.hasConsent(app, user.username))) {
      return back(c, await granted(query, app, user, world));
    }
    const id = core.random.hex(16);
    const createdAt = world.now();
    store.pendingConsents.put({
      id,
      broker: broker.id,
      appId: app.id,
      username: user.username,
      query: query.toString(),
      createdAt,
    });
    const body = consentView(broker, app, user, formPath(c), id);
    return showPage(c, {
      title: `Allow ${app.name}? · sandbox`,
      broker,
      part: "Consent",
      width: "narrow",
      body,
    });
  }

  async function answeredConsent(c: Context<Env>, form: URLSearchParams): Promise<Response> {
    const { consent, declined, granted } = login as LoginPage;
    const answer = form.get("consent");
    if (answer !== "yes" && answer !== "no") return refuse(c, "Answer with one of the two buttons.");
    const pending = store.pendingConsents.take(broker.id, form.get("pending") ?? "", world.now());
    const app = pending && world.appById(pending.appId);
    const user = pending && world.user(broker.id, pending.username);
    if (pending === undefined || app === undefined || user === undefined) {
      return refuse(c, "This page was already used, or it was open for more than ten minutes.");
    }
    const query = new URLSearchParams(pending.query);
    if (answer === "no") return back(c, declined(query, app, user, world));
    if (consent === "first") world.giveConsent(app, user.username);
    return back(c, await granted(query, app, user, world));
  }

  async function handle(c: Context<Env>): Promise<Response> {
    if (c.req.method === "POST") {
      const form = new URLSearchParams(await readBody(c));
      return form.has("pending") ? answeredConsent(c, form) : submitted(c, form);
    }
    const query = known(login as LoginPage, new URL(c.req.url).searchParams);
    const app = (login as LoginPage).app(query, world);
    return "refuse" in app ? refuse(c, app.refuse) : ask(c, query, app);
  }

  app.all(path, async (c, next) => {
    if (!["GET", "HEAD", "POST"].includes(c.req.method)) {
      c.set("allow", [...(c.get("allow") ?? []), "GET", "POST"]);
      return next();
    }
    const response = await handle(c);
    const answer = await response.clone().text();
    record(core, c, broker, ownUrl(c.req.raw, broker), {
      status: response.status,
      answer,
      route: login.path,
    });
    return response;
  });
}
