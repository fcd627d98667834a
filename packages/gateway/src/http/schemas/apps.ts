import { z } from "zod";
import { brokerId, givenText, moment } from "./values.js";

export const app = z
  .strictObject({
    id: z.string(),
    broker: brokerId,
    environment: z.string(),
    return_urls: z.array(z.string()),
    callback_url: z.string().nullable().describe("To be registered with the broker, to the letter"),
    created_at: moment,
    updated_at: moment,
  })
  .meta({
    id: "App",
    examples: [
      {
        id: "main",
        broker: "zebu",
        environment: "live",
        return_urls: ["https://app.example/connected"],
        callback_url: "https://gateway.example/callback/zebu/handle",
        created_at: "2026-11-20T06:00:00.000Z",
        updated_at: "2026-11-20T06:00:00.000Z",
      },
    ],
  });

export const putApp = z
  .strictObject({
    broker: brokerId,
    environment: givenText.max(64).optional().describe("`live` by default"),
    keys: z
      .record(givenText, givenText)
      .optional()
      .describe("Written, never read back; left out at a known app they stay"),
    settings: z.record(givenText, z.union([z.string(), z.number(), z.literal(false)])).optional(),
    return_urls: z.array(givenText).describe("Matched exactly"),
  })
  .meta({ id: "PutApp" });
