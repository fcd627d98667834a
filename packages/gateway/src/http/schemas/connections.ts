import { z } from "zod";
import { pageMembers } from "./page.js";
import { brokerId, givenMoment, givenText, moment, status } from "./values.js";

export const connection = z
  .strictObject({
    id: z.string(),
    app: z.string(),
    broker: brokerId,
    user: z.string(),
    account: z.string().nullable(),
    expected_account: z.string().nullable(),
    status,
    reason: z.string().nullable(),
    generation: z.int(),
    started_at: moment.nullable(),
    used_at: moment.nullable(),
    ends_at: moment.nullable(),
    return_url: z.string(),
    egress: z.string().nullable().describe("A proxy of its own, without its password"),
    created_at: moment,
    updated_at: moment,
  })
  .meta({ id: "Connection" });

export const connectionQuery = z.strictObject({
  ...pageMembers,
  app: givenText.optional(),
  user: givenText.optional(),
  broker: brokerId.optional(),
  status: status.optional(),
  ends_before: givenMoment.optional(),
});

export const postConnection = z
  .union([
    z.strictObject({
      app: givenText,
      user: givenText,
      return_url: givenText,
      expected_account: givenText.optional(),
      egress: givenText.optional().describe("A proxy in place of the app's"),
    }),
    z.strictObject({ connection: givenText, return_url: givenText.optional() }),
  ])
  .meta({
    id: "PostConnection",
    examples: [
      { app: "main", user: "user-1", return_url: "https://app.example/connected" },
      { connection: "con_example" },
    ],
  });

export const patchConnection = z
  .strictObject({ egress: givenText.nullable().optional().describe("null: the app's") })
  .meta({ id: "PatchConnection" });

export const connectLink = z
  .strictObject({ id: z.string(), connect_url: z.string(), expires_at: moment })
  .meta({ id: "ConnectLink" });

export const postConnectLink = z
  .strictObject({
    apps: z.array(givenText).describe("Ids of 1 to 20 apps, in the order in which they are shown"),
    user: givenText,
    return_url: givenText.describe("One of every app's"),
  })
  .meta({
    id: "PostConnectLink",
    examples: [{ apps: ["main", "second"], user: "user-1", return_url: "https://app.example/connected" }],
  });

export const choiceLink = z
  .strictObject({ connect_url: z.string(), expires_at: moment })
  .meta({ id: "ChoiceLink" });

export const postConfirm = z
  .strictObject({ code: givenText.min(1).max(200), user: givenText })
  .meta({ id: "PostConfirm" });

export const sessionQuery = z.strictObject({
  min: z
    .string()
    .regex(/^\d{1,6}$/)
    .describe("Good for at least so many seconds")
    .transform(Number)
    .optional(),
});

export const sessionHeaders = z
  .strictObject({
    connection: z.string(),
    broker: brokerId,
    account: z.string().nullable(),
    generation: z.int(),
    base_url: z.string(),
    headers: z.record(z.string(), z.string()),
    ends_at: moment.nullable(),
  })
  .meta({ id: "SessionHeaders" });
