import { z } from "zod";
import { brokerId, eventType, givenText, moment } from "./values.js";

const shownFilters = {
  types: z.array(eventType).nullable().describe("The types it wants; `null` for all"),
  apps: z.array(z.string()).nullable().describe("The apps whose events it wants; `null` for all"),
  brokers: z.array(brokerId).nullable().describe("The brokers whose events it wants; `null` for all"),
  users: z.array(z.string()).nullable().describe("The users whose events it wants; `null` for all"),
};

const givenFilters = {
  types: z.array(eventType).nullable().optional(),
  apps: z.array(givenText).nullable().optional(),
  brokers: z.array(brokerId).nullable().optional(),
  users: z.array(givenText).nullable().optional(),
};

const sequence = z.int().min(1);

export const webhook = z
  .strictObject({
    id: z.string(),
    url: z.string(),
    ...shownFilters,
    failing_since: moment.nullable().describe("Since when nothing was taken"),
    paused_at: moment.nullable().describe("Nothing is sent from then on, until it is resumed"),
    paused_from: z
      .int()
      .nullable()
      .describe(
        "The first event that it did not get before its last pause: after resuming, replay from there",
      ),
    created_at: moment,
    ended_at: moment.nullable(),
  })
  .meta({ id: "Webhook" });

export const newWebhook = webhook
  .extend({ secret: z.string().describe("Verifies its signatures; shown this once") })
  .meta({ id: "NewWebhook" });

export const patchWebhook = z
  .strictObject({ url: givenText.optional(), ...givenFilters })
  .meta({ id: "PatchWebhook", examples: [{ url: "https://app.example/kunji", types: null }] });

export const postReplay = z
  .union([
    z.strictObject({ sequence }),
    z.strictObject({ from: sequence, to: sequence.optional().describe("The latest where left out") }),
  ])
  .meta({ id: "PostReplay", examples: [{ sequence: 42 }, { from: 40, to: 44 }] });

export const replayed = z
  .strictObject({
    replayed: z.int().describe("How many are on their way now"),
    next: z.int().nullable().describe("The `from` to ask on with; `null` where the range is done"),
  })
  .meta({ id: "Replayed" });

export const postWebhook = z.strictObject({ url: givenText, ...givenFilters }).meta({
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
