import type { BrokerId } from "kunji";
import { Problem } from "../../domain/problem.js";
import { appTrouble } from "../../flows/app-findings.js";
import { putApp } from "../../flows/apps.js";
import { lastLogins } from "../../flows/last-logins.js";
import { readForm } from "../browser/form.js";
import { goTo } from "../browser/go-to.js";
import { chooseBrokerPage, newAppPage } from "../pages/dashboard/app-new.js";
import { troubleSentence } from "../pages/dashboard/app-words.js";
import { appPath, appsPage, mostCounted } from "../pages/dashboard/apps.js";
import {
  appForm,
  refusalIn,
  typedDisplay,
  typedIn,
  typedKeys,
  typedPlace,
  withoutSecrets,
} from "./app-forms.js";
import { appRoutes } from "./app-routes.js";
import { formParts } from "./app-views.js";
import type { DashboardRoutes } from "./dashboard-routes.js";
import { sendDashboardPage } from "./send-dashboard-page.js";

/** Apps on a page. */
const limit = 25;

/** `/apps` and `/apps/new`: the tenant's apps, and the way to another one. */
export const appsRoutes: DashboardRoutes = (server, ports, options) => {
  const { traits } = ports.brokers;
  const brokerIn = (text: unknown): BrokerId | undefined =>
    typeof text === "string" && Object.hasOwn(traits, text) ? (text as BrokerId) : undefined;

  server.get("/apps", options, async (request, reply) => {
    const { tenant } = request.operator;
    const { after } = request.query as Readonly<Record<string, unknown>>;
    const place = { limit, ...(typeof after === "string" && { after: { id: after } }) };
    const { items, next } = await ports.store.apps.list(tenant, place);
    const logins = await lastLogins(ports, tenant);
    const wanted = { status: "active", most: mostCounted } as const;
    const counts = await Promise.all(
      items.map(({ id }) => ports.store.connections.countOfApp(tenant, id, wanted)),
    );
    const apps = items.map((app, i) => {
      const { id, environment, displayName } = app;
      const broker = traits[app.broker];
      const trouble = appTrouble(ports, app, logins.get(id));
      return {
        id,
        broker,
        environment,
        displayName,
        active: counts[i] ?? 0,
        trouble: trouble && troubleSentence(trouble, broker),
      };
    });
    const page = appsPage({
      apps,
      next: next ? `/apps?${new URLSearchParams({ after: next.id })}` : undefined,
    });
    return sendDashboardPage(reply, request, page);
  });

  server.get("/apps/new", options, async (request, reply) => {
    const broker = brokerIn((request.query as Readonly<Record<string, unknown>>).broker);
    if (!broker) return sendDashboardPage(reply, request, chooseBrokerPage(Object.values(traits)));
    const taken = await ports.store.apps.get(request.operator.tenant, broker);
    const parts = formParts(ports, traits[broker], server.dashboardFrame.sandboxPanel);
    // Who tries the demo has the sandbox's keys, which no broker takes.
    const environment = parts.sandboxPortal === undefined ? undefined : "sandbox";
    const values = { id: taken ? "" : broker, environment };
    return sendDashboardPage(reply, request, newAppPage({ ...parts, values }));
  });

  server.post("/apps/new", options, async (request, reply) => {
    const { tenant, id: operator } = request.operator;
    const typed = typedIn(readForm(appForm, request.body));
    const broker = brokerIn(typed.broker);
    if (!broker) throw new Problem("request_invalid", { field: "broker" });
    const shape = traits[broker];
    const id = typed.id?.trim() ?? "";
    try {
      // Its page would lie where this form does.
      if (id === "new") {
        const detail = "That word stands for this form: choose another id.";
        throw new Problem("request_invalid", { field: "id", detail });
      }
      const keys = typedKeys(shape, typed);
      const wish = { broker, keys, ...typedPlace(shape, typed), display: typedDisplay(typed) };
      const onlyNew = (known: unknown) => {
        if (!known) return wish;
        const detail = "You have an app with this id already: choose another one.";
        throw new Problem("id_taken", { field: "id", detail });
      };
      await putApp(ports, tenant, id, onlyNew, operator);
      return goTo(reply, `${appPath(id)}?said=added`);
    } catch (error) {
      const refused = refusalIn(error, shape);
      const values = withoutSecrets(shape, typed);
      const page = newAppPage({
        ...formParts(ports, shape, server.dashboardFrame.sandboxPanel),
        values,
        refused,
      });
      return sendDashboardPage(reply, request, page, { status: 422 });
    }
  });

  appRoutes(server, ports, options);
};
