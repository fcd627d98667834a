import { z } from "zod";
import { eventType, givenText, moment } from "./values.js";

export const webhook = z
  .strictObject({
    id: z.string(),
    url: z.string(),
    types: z.array(eventType).nullable().describe("The types it wants; `null` for all"),
    created_at: moment,
    ended_at: moment.nullable(),
  })
  .meta({ id: "Webhook" });

export const newWebhook = webhook
  .extend({ secret: z.string().describe("Verifies its signatures; shown this once") })
  .meta({ id: "NewWebhook" });

export const postWebhook = z.strictObject({ url: givenText, types: z.array(eventType).optional() }).meta({
  id: "PostWebhook",
  examples: [{ url: "https://app.example/kunji", types: ["connection.login_needed"] }],
});

export const delivery = z
  .strictObject({
    sequence: z.int(),
    connection: z.string().nullable(),
    tries: z.int(),
    next_try_at: moment.nullable(),
    delivered_at: moment.nullable(),
    last_status: z.int().nullable(),
  })
  .meta({ id: "Delivery" });
