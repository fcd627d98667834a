import type { Hono } from "hono";
import type { Behaviour, SandboxBroker } from "../broker.js";
import type { Core } from "../core.js";
import { readFields } from "../http/body.js";
import type { Env } from "../http/env.js";
import { Problem } from "../problem.js";
import { brokerNamed } from "./broker-param.js";

function loginPage(broker: SandboxBroker) {
  if (broker.login !== null) return broker.login;
  const token = broker.routes[0];
  throw new Problem(
    404,
    "no_login_page",
    `${broker.name} has no login page. Log in with its token endpoint: ${token?.method} /${broker.id}${token?.path}.`,
  );
}

function queryOf(names: readonly string[], fields: Record<string, unknown>): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value === undefined || value === null) continue;
    if (typeof value !== "string")
      throw new Problem(400, "bad_parameter", `The parameter ${name} must be a text.`);
    query.append(name, value);
  }
  return query;
}

/** Users whom a broker keeps on its own page, with no redirect. */
const refusals: Partial<Record<Behaviour, { readonly status: 401 | 403; readonly sentence: string }>> = {
  wrong_password: { status: 401, sentence: "This user's password is always wrong: no redirect." },
  locked: { status: 403, sentence: "This user's account is locked: no redirect." },
};

/** `POST /_sandbox/<broker>/login`: the login without a browser. */
export function loginCalls(app: Hono<Env>, core: Core): void {
  app.post("/_sandbox/:broker/login", async (c) => {
    const broker = brokerNamed(core, c.req.param("broker"), 404);
    const login = loginPage(broker);
    const fields = await readFields(c);
    const user = core.store.users.find(broker.id, String(fields.username ?? ""));
    if (user === undefined) {
      const names = core.store.users.list(broker.id).map(({ username }) => username);
      throw new Problem(404, "unknown_user", `Send a "username": one of ${names.join(", ")}.`);
    }
    const query = queryOf(login.params, fields);
    const app = login.app(query, core.world);
    if ("refuse" in app) throw new Problem(400, "bad_login_url", app.refuse);
    const fails = refusals[user.behaviour];
    if (fails && login.failed) return c.json({ redirect: login.failed(query, app, user, core.world).href });
    if (fails) throw new Problem(fails.status, user.behaviour, fails.sentence);
    const declines = user.behaviour === "declines_consent" || String(fields.consent) === "false";
    if (!declines && login.consent === "first") core.world.giveConsent(app, user.username);
    const redirect = declines
      ? login.declined(query, app, user, core.world)
      : await login.granted(query, app, user, core.world);
    return c.json({ redirect: redirect.href });
  });
}
