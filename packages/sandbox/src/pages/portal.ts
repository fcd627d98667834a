import type { Context, Hono } from "hono";
import type { App, SandboxBroker } from "../broker.js";
import type { Core } from "../core.js";
import { readFields, speaksJson } from "../http/body.js";
import type { Env } from "../http/env.js";
import { noForeignPages } from "../http/guard.js";
import { ownUrl, prefixOf } from "../http/prefix.js";
import { record } from "../ledger/record.js";
import { shownApp } from "../presets.js";
import { Problem } from "../problem.js";
import { showPage } from "./layout.js";
import { type PortalNotice, portalView } from "./portal-view.js";

/** @throws Problem where it is no absolute http(s) URL without a fragment */
function redirectUrl(value: unknown): string {
  const text = typeof value === "string" ? value.trim() : "";
  const url = URL.parse(text);
  const web = url !== null && (url.protocol === "http:" || url.protocol === "https:");
  if (web && /^https?:\/\//i.test(text) && !text.includes("#") && text.length <= 2_000) return text;
  throw new Problem(
    400,
    "bad_redirect_url",
    "The redirect URL must be absolute, begin with http:// or https:// and have no fragment (#).",
  );
}

function appName(value: unknown): string {
  const name = typeof value === "string" ? value.trim() : "";
  if (name !== "" && name.length <= 80) return name;
  throw new Problem(400, "bad_name", "The app needs a name of 1 to 80 characters.");
}

/** `/<broker>/portal`: registers apps and changes their redirect URLs, by form or by JSON. */
export function portalPages(app: Hono<Env>, core: Core, broker: SandboxBroker): void {
  const { apps } = core.store;
  const path = `/${broker.id}/portal`;

  const show = (c: Context<Env>, notice?: PortalNotice, status: 200 | 201 | 400 = 200): Promise<Response> =>
    showPage(
      c,
      {
        title: `${broker.name} developer portal`,
        broker,
        part: "Developer portal",
        formsStay: true,
        body: portalView(broker, apps.list(broker.id).toReversed(), prefixOf(c.req.raw, broker), notice),
      },
      status,
    );

  function register(fields: Record<string, unknown>): App {
    const name = appName(fields.name);
    const redirect = broker.login === null ? null : redirectUrl(fields.redirect_url);
    const keys = broker.newKeys(name, core.world);
    const made = { id: core.random.text(12), broker: broker.id, name, redirectUrl: redirect, keys };
    apps.add({ ...made, preset: false });
    return made;
  }

  function change(id: string, fields: Record<string, unknown>): App {
    const found = apps.byId(id);
    if (found === undefined || found.broker !== broker.id)
      throw new Problem(404, "unknown_app", `${broker.name} has no app of this id.`);
    if (broker.login === null)
      throw new Problem(400, "no_redirect", `${broker.name}'s login has no redirect.`);
    const url = redirectUrl(fields.redirect_url);
    apps.setRedirect(id, url);
    return { ...found, redirectUrl: url };
  }

  /** Does it, and answers in the caller's own way: JSON for JSON, a page for a form. */
  async function answer(
    c: Context<Env>,
    work: (fields: Record<string, unknown>) => App,
    status: 200 | 201,
    sentence: (app: App) => string,
  ): Promise<Response> {
    try {
      const done = work(await readFields(c));
      if (speaksJson(c)) return c.json({ id: done.id, ...shownApp(done) }, status);
      return await show(c, { kind: "good", sentence: sentence(done) }, status);
    } catch (error) {
      if (!(error instanceof Problem) || speaksJson(c) || error.status !== 400) throw error;
      return show(c, { kind: "bad", sentence: error.message }, 400);
    }
  }

  app.use(`${path}/*`, noForeignPages, async (c, next) => {
    await next();
    const text = await c.res.clone().text();
    record(core, c, broker, ownUrl(c.req.raw, broker), { status: c.res.status, answer: text });
  });
  app.get(path, (c) => show(c));
  app.post(`${path}/apps`, (c) =>
    answer(c, register, 201, ({ name }) => `“${name}” is registered. Its keys are below.`),
  );
  app.post(`${path}/apps/:id`, (c) =>
    answer(
      c,
      (fields) => change(c.req.param("id"), fields),
      200,
      ({ name }) => `The next login of “${name}” uses the new redirect URL.`,
    ),
  );
}
