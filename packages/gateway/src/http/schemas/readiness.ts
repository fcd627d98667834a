import { z } from "zod";
import { listed, pageMembers } from "./page.js";
import { brokerId, givenMoment, moment, status } from "./values.js";

const notReady = z
  .strictObject({
    connection: z.string(),
    app: z.string(),
    broker: brokerId,
    user: z.string(),
    account: z.string().nullable(),
    status,
    reason: z.string().nullable(),
    ends_at: moment.nullable(),
    at: moment,
    live: z.enum(["no", "unknown"]),
    connect_url: z.string().nullable(),
  })
  .meta({ id: "NotReady" });

const market = z.strictObject({ at: moment, holidays_known: z.boolean() });

export const readiness = listed(notReady)
  .extend({ markets: z.strictObject({ NSE: market, US: market }) })
  .meta({ id: "Readiness" });

export const readinessQuery = z.strictObject({ ...pageMembers, at: givenMoment.optional() });
