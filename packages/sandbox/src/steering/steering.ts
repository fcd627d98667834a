import type { Hono } from "hono";
import type { Core } from "../core.js";
import { trapPath } from "../faults/redirect-to-trap.js";
import type { Env } from "../http/env.js";
import { noForeignPages } from "../http/guard.js";
import { readPresets } from "../presets.js";
import { addressCalls } from "./address.js";
import { clockCalls } from "./clock.js";
import { faultCalls } from "./faults.js";
import { ledgerCalls } from "./ledger.js";
import { loginCalls } from "./login.js";
import { sessionCalls } from "./sessions.js";

/** Everything under `/_sandbox` that programs call. */
export function steeringCalls(app: Hono<Env>, core: Core): void {
  app.use("/_sandbox/*", (c, next) => (c.req.path === trapPath ? next() : noForeignPages(c, next)));
  app.get("/_sandbox/presets", (c) => c.json(readPresets(core.store, core.brokers, core.wall())));
  app.post("/_sandbox/reset", (c) => {
    core.reset();
    return c.json({ reset: true });
  });
  addressCalls(app);
  clockCalls(app, core);
  faultCalls(app, core);
  ledgerCalls(app, core);
  loginCalls(app, core);
  sessionCalls(app, core);
  app.all("/_sandbox/*", (c) =>
    c.json(
      {
        error: "not_found",
        message:
          "The sandbox has no such call. It has GET presets, address; GET, POST clock; GET, POST, DELETE faults; GET ledger; POST reset, <broker>/login, <broker>/sessions/end.",
      },
      404,
    ),
  );
}
