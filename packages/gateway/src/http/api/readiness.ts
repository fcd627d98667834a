import { isoOf, isoOrNull } from "../../domain/iso-time.js";
import { type ReadinessReport, readiness } from "../../flows/readiness.js";
import type { Ports } from "../../ports/ports.js";
import { cursorText } from "../schemas/page.js";
import { answers } from "../schemas/problem.js";
import { readinessQuery, readiness as readinessSchema } from "../schemas/readiness.js";
import { type ApiServer, needs } from "./api-server.js";

const showNotReady = ({ connection: row, at, live, connectUrl }: ReadinessReport["items"][number]) => ({
  connection: row.id,
  app: row.app,
  broker: row.broker,
  user: row.user,
  account: row.account,
  status: row.status,
  reason: row.reason,
  ends_at: isoOrNull(row.endsAt),
  at: isoOf(at),
  live,
  connect_url: connectUrl,
});

const showMarket = ({ at, holidaysKnown }: ReadinessReport["markets"]["NSE"]) => ({
  at: isoOf(at),
  holidays_known: holidaysKnown,
});

export function readinessRoutes(server: ApiServer, ports: Ports): void {
  server.get(
    "/v1/readiness",
    {
      config: needs("read"),
      schema: {
        summary: "Who will have no live session at a moment, by default the next open of each market",
        description: "With the scope `connect` each comes with a link to log in.",
        querystring: readinessQuery,
        response: answers(200, readinessSchema),
      },
    },
    async ({ caller, query: { at, limit, cursor } }) => {
      const mayConnect = caller.scopes.includes("connect");
      const page = { limit, after: cursor };
      const { items, next, markets } = await readiness(ports, caller.tenant, { at, page, mayConnect });
      return {
        items: items.map(showNotReady),
        next: cursorText(next),
        markets: { NSE: showMarket(markets.NSE), US: showMarket(markets.US) },
      };
    },
  );
}
