import { html } from "hono/html";
import type { Connection } from "../../ports/connections.js";
import type { SignedIn } from "../../ports/operator-sessions.js";
import type { Ports } from "../../ports/ports.js";
import type { Html } from "../pages/layout.js";
import type { Notices } from "./notices.js";

/** What forms about a connection lead to say on its page, `/connections/:id`. */
export const connectionNotices: Notices = {
  connected: { tone: "good", text: "Connected: calls can be made from now on." },
  closed: { tone: "good", text: "The connection is ended, and its session erased." },
};

/** What a connection's page shows to act with, and where its forms may lead: `sendDashboardPage` takes that as `formLeadsTo`. */
export interface ConnectionExtras {
  readonly actions: Html;
  readonly tryCall: Html;
  readonly formLeadsTo: readonly string[];
}

export async function connectionExtras(
  ports: Ports,
  _operator: SignedIn,
  _connection: Connection,
): Promise<ConnectionExtras> {
  return { actions: html``, tryCall: html``, formLeadsTo: [ports.publicUrl] };
}
