import type { FastifyReply } from "fastify";
import { KunjiError } from "kunji";
import type { PutApp } from "kunji/gateway";
import { Problem } from "../../domain/problem.js";
import { checkedDisplay } from "../../flows/app-display.js";
import { appOnFile, keysOver } from "../../flows/app-on-file.js";
import { putApp } from "../../flows/apps.js";
import { checkApp } from "../../flows/check-app.js";
import { logOutVendor } from "../../flows/vendor-session.js";
import type { App } from "../../ports/apps.js";
import type { Status } from "../../ports/connections.js";
import { readForm } from "../browser/form.js";
import { goTo } from "../browser/go-to.js";
import type { AppForm } from "../pages/dashboard/app.js";
import type { Typed } from "../pages/dashboard/app-fields.js";
import { appPath, mostCounted } from "../pages/dashboard/apps.js";
import { type Refusal, refusedNotice } from "../pages/dashboard/form-field.js";
import { loginFailure } from "../pages/dashboard/login-words.js";
import {
  appForm,
  refusalIn,
  ticked,
  typedDisplay,
  typedIn,
  typedKeys,
  typedPlace,
  withoutSecrets,
} from "./app-forms.js";
import { appLogoRoutes } from "./app-logo-routes.js";
import type { DashboardRoutes } from "./dashboard-routes.js";
import { goToSaying, type Notices, noticeIn } from "./notices.js";
import { type OfApp, ownApp, showApp } from "./show-app.js";

const notices: Notices = {
  added: {
    tone: "good",
    text: "The app is there. Register its callback URL at the broker, where it has one; then check it.",
  },
  keys: { tone: "good", text: "The keys are saved: every login from now on goes by them." },
  kept: { tone: "good", text: "Nothing was typed: every key stays as it is." },
  place: { tone: "good", text: "Saved." },
  look: { tone: "good", text: "Saved: this is what your users see from now on." },
  logo: { tone: "good", text: "The logo is saved: your users see it from now on." },
  vendor: { tone: "good", text: "The vendor session is logged out. Its users have to log in again." },
};
const withSession = ["active", "unsure", "pending"] as const satisfies readonly Status[];

/** `/apps/:id`: an app, its forms and its check. */
export const appRoutes: DashboardRoutes = (server, ports, options) => {
  const show = showApp(server, ports);
  server.register(appLogoRoutes(ports, options));

  server.get("/apps/:id", options, async (request: OfApp, reply) =>
    show(request, reply, await ownApp(ports, request), { notice: noticeIn(request, notices) }),
  );

  // Whoever opens a form's own address again is led to its page.
  for (const form of ["keys", "place", "look", "logo", "check"])
    server.get(`/apps/:id/${form}`, options, (request: OfApp, reply) =>
      goTo(reply, appPath(request.params.id)),
    );

  /** Saves a form of the page, or shows it again with what was typed. */
  async function save(
    request: OfApp,
    reply: FastifyReply,
    form: AppForm,
    wishOf: (app: App, typed: Typed) => Omit<PutApp, "broker" | "return_urls"> & Partial<PutApp>,
  ) {
    const app = await ownApp(ports, request);
    const traits = ports.brokers.traits[app.broker];
    const typed = typedIn(readForm(appForm, request.body));
    const { tenant, id: operator } = request.operator;
    try {
      const over = (known: App = app): PutApp => ({
        broker: known.broker,
        return_urls: known.returnUrls,
        ...wishOf(known, typed),
      });
      await putApp(ports, tenant, app.id, over, operator);
      return goToSaying(reply, appPath(app.id), form);
    } catch (error) {
      return again(request, reply, app, { name: form, typed, refused: refusalIn(error, traits) });
    }
  }

  async function again(
    request: OfApp,
    reply: FastifyReply,
    app: App,
    { name, typed, refused }: { readonly name: AppForm; readonly typed: Typed; readonly refused: Refusal },
    leaving?: number,
  ) {
    const values = withoutSecrets(ports.brokers.traits[app.broker], typed, app);
    const said = { notice: refusedNotice(refused), form: { name, values, refused }, leaving };
    return show(request, reply, app, said, 422);
  }

  server.post("/apps/:id/keys", options, async (request: OfApp, reply) => {
    const app = await ownApp(ports, request);
    const form = readForm(appForm, request.body);
    const without = ticked(form, "without");
    const given = typedKeys(ports.brokers.traits[app.broker], typedIn(form));
    if (appOnFile(ports, app) && Object.keys(given).length + without.length === 0)
      return goToSaying(reply, appPath(app.id), "kept");
    return save(request, reply, "keys", (known) => keysOver(ports, known, given, without));
  });

  server.post("/apps/:id/place", options, async (request: OfApp, reply) => {
    const app = await ownApp(ports, request);
    const typed = typedIn(readForm(appForm, request.body));
    const { environment = app.environment, leave } = typed;
    if (environment !== app.environment && leave !== "yes") {
      const counts = withSession.map((status) =>
        ports.store.connections.countOfApp(app.tenant, app.id, { status, most: mostCounted }),
      );
      const leaving = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
      const sentence = "Another environment ends every session of this app. Tick below that you want that.";
      const refused = { field: "environment", sentence };
      if (leaving > 0) return again(request, reply, app, { name: "place", typed, refused }, leaving);
    }
    return save(request, reply, "place", (known, all) => typedPlace(ports.brokers.traits[known.broker], all));
  });

  server.post("/apps/:id/look", options, async (request: OfApp, reply) => {
    const typed = typedIn(readForm(appForm, request.body));
    if (typed.preview === "yes") {
      const app = await ownApp(ports, request);
      try {
        checkedDisplay(typedDisplay(typed), app);
      } catch (error) {
        const refused = refusalIn(error, ports.brokers.traits[app.broker]);
        return again(request, reply, app, { name: "look", typed, refused });
      }
      return show(request, reply, app, { form: { name: "look", values: typed } });
    }
    return save(request, reply, "look", (_, all) => ({ display: typedDisplay(all, all.logo === "none") }));
  });

  server.post("/apps/:id/check", options, async (request: OfApp, reply) => {
    const app = await ownApp(ports, request);
    return show(request, reply, app, { findings: await checkApp(ports, app.tenant, app.id) });
  });

  server.post("/apps/:id/log-out-vendor", options, async (request: OfApp, reply) => {
    const app = await ownApp(ports, request);
    try {
      await logOutVendor(ports, app.tenant, app.id, request.operator.id);
      return goToSaying(reply, appPath(app.id), "vendor");
    } catch (error) {
      const code = error instanceof KunjiError || error instanceof Problem ? error.code : undefined;
      if (code === undefined || code === "not_found") throw error;
      const { name } = ports.brokers.traits[app.broker];
      const text =
        error instanceof Problem ? error.message : `It is not logged out. ${loginFailure(code, name)}`;
      return show(request, reply, app, { notice: { tone: "bad", text } }, 422);
    }
  });
};
