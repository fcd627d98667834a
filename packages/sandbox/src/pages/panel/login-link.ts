import type { SandboxBroker } from "../../broker.js";
import type { Core } from "../../core.js";
import { presetAppId } from "../../presets.js";

/** The login URL of the command line's ready app, where its keys alone make one. */
export function loginLink({ store, world }: Core, { id, login }: SandboxBroker): string | undefined {
  const app = store.apps.byId(presetAppId(id, "cli"));
  if (login === null || app === undefined) return undefined;
  const query = new URLSearchParams();
  for (const name of login.params) {
    const value = app.keys[name];
    if (value !== undefined) query.append(name, value);
  }
  return "refuse" in login.app(query, world) ? undefined : `/${id}${login.path}?${query}`;
}
