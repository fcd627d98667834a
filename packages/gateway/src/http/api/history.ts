import type { EventType } from "kunji/gateway";
import { isoOf } from "../../domain/iso-time.js";
import type { Event } from "../../ports/events.js";
import type { Ports } from "../../ports/ports.js";
import { event } from "../schemas/history.js";
import { listed, sequenceQuery } from "../schemas/page.js";
import { answers } from "../schemas/problem.js";
import { type ApiServer, needs, sequencePage } from "./api-server.js";

/** Links to log in are shown to API keys that may connect. */
const showEvent =
  (mayConnect: boolean) =>
  ({ id, sequence, type, at, connection, data }: Event) => {
    const facts = JSON.parse(data) as Record<string, unknown>;
    const withheld = !mayConnect && "connect_url" in facts && { connect_url: null };
    return {
      id,
      sequence,
      type: type as EventType,
      at: isoOf(at),
      connection,
      data: { ...facts, ...withheld },
    };
  };

/** What happened. */
export function historyRoutes(server: ApiServer, { store }: Ports): void {
  server.get(
    "/v1/events",
    {
      config: needs("read"),
      schema: {
        summary: "What happened, oldest first",
        description: "With the scope `connect`, links to log in are shown.",
        querystring: sequenceQuery,
        response: answers(200, listed(event)),
      },
    },
    async ({ caller, query: { after, limit } }) => {
      const show = showEvent(caller.scopes.includes("connect"));
      return sequencePage(await store.events.list(caller.tenant, after, limit), limit, show);
    },
  );
}
