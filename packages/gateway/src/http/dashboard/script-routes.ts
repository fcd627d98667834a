import { readFileSync } from "node:fs";
import { scriptPath } from "../pages/dashboard/frame.js";
import type { DashboardRoutes } from "./dashboard-routes.js";

/** The dashboard's script lies beside the sources, wherever the compiled files are. */
const source = new URL("../../../src/http/pages/dashboard.js", import.meta.url);

/** `/dashboard.js`: the one script, which makes pages follow changes. */
export const scriptRoutes: DashboardRoutes = (server) => {
  // Without what only its readers need.
  const script = readFileSync(source, "utf8").replace(/^\s*(?:\/\/.*\n)?\s*/gm, "");
  server.get(scriptPath, { config: { guard: { kind: "open" } } }, (_, reply) =>
    reply
      .headers({ "content-type": "text/javascript; charset=utf-8", "cache-control": "public, max-age=3600" })
      .send(script),
  );
};
