import { readFileSync } from "node:fs";
import { sendFixedText } from "../fixed-text.js";
import { scriptPath } from "../pages/dashboard/frame.js";
import type { DashboardRoutes } from "./dashboard-routes.js";

/** The dashboard's script lies beside the sources, wherever the compiled files are. */
const source = new URL("../../../src/http/pages/dashboard.js", import.meta.url);

/** `/dashboard.js`: the one script, which makes pages follow changes. */
export const scriptRoutes: DashboardRoutes = (server) => {
  // Without what only its readers need.
  const script = readFileSync(source, "utf8").replace(/^\s*(?:\/\/.*\n)?\s*/gm, "");
  const options = { config: { guard: { kind: "open" } } } as const;
  server.get(scriptPath, options, sendFixedText({ type: "text/javascript", text: script, keepS: 3_600 }));
};
