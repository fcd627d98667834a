import { Problem } from "../../domain/problem.js";
import { openApp } from "../../flows/open-app.js";
import type { App } from "../../ports/apps.js";
import type { Ports } from "../../ports/ports.js";

/** Where a login at an app leads; to nobody where its keys make no client. */
function placeOf(ports: Ports, app: App): readonly string[] {
  try {
    return [openApp(ports, app).origins.login];
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}

/** Where the buttons that log in at these apps may lead: the gateway itself, and the brokers' own pages. */
export const loginPlaces = (ports: Ports, apps: readonly App[]): readonly string[] => [
  ...new Set([ports.publicUrl, ...apps.flatMap((app) => placeOf(ports, app))]),
];
