import { Hono } from "hono";
import type { Core } from "../core.js";
import { loginPages } from "../pages/login.js";
import { panelForms } from "../pages/panel/panel-forms.js";
import { panelPages } from "../pages/panel/panel-routes.js";
import { portalPages } from "../pages/portal.js";
import { styleSheet } from "../pages/style.js";
import { Problem } from "../problem.js";
import { steeringCalls } from "../steering/steering.js";
import { brokerRoutes, unknownCalls } from "./broker-routes.js";
import type { Env } from "./env.js";
import { knownHostsOnly } from "./guard.js";
import { brokersByHost } from "./hosts.js";
import { routedPath } from "./prefix.js";

export interface AppOptions {
  /** Host names that are answered besides loopback's and the brokers'. */
  readonly hosts: readonly string[];
  /** Takes one line about a handler that failed; it holds no input. */
  complain(line: string): void;
}

/** All that the sandbox answers, as one Hono app. */
export function createApp(core: Core, { hosts, complain }: AppOptions): Hono<Env> {
  const brokerOf = brokersByHost(core.brokers);
  const app = new Hono<Env>({ getPath: (request) => routedPath(request, brokerOf) });

  app.use(knownHostsOnly(core.brokers, hosts));
  app.onError((error, c) => {
    if (error instanceof Problem) return c.json({ error: error.code, message: error.message }, error.status);
    complain(`${c.req.method} failed: ${error.name}`);
    return c.text("The sandbox failed at this call.", 500);
  });
  app.notFound((c) =>
    c.json({ error: "not_found", message: "Nothing is here. /_sandbox/ shows what there is." }, 404),
  );

  app.get("/favicon.ico", (c) => c.body(null, 204));
  app.get("/", (c) => c.redirect("/_sandbox/", 302));
  styleSheet(app, core);
  panelForms(app, core);
  panelPages(app, core);
  steeringCalls(app, core);
  for (const broker of core.brokers) {
    app.get(`/${broker.id}/.well-known/jwks.json`, async (c) => c.json(await core.keys.jwks(broker.id)));
    loginPages(app, core, broker);
    portalPages(app, core, broker);
    brokerRoutes(app, core, broker);
    unknownCalls(app, core, broker);
  }
  return app;
}
