import { z } from "zod";
import { brokerId, givenText, moment } from "./values.js";

export const app = z
  .strictObject({
    id: z.string(),
    broker: brokerId,
    environment: z.string(),
    return_urls: z.array(z.string()),
    egress: z.string().nullable().describe("The proxy by which the broker is reached, without its password"),
    order_budget: z
      .strictObject({ per_connection: z.int().nullable(), per_app: z.int().nullable() })
      .describe(
        "Orders in any second; null: the gateway's own number for a connection, any number for the app",
      ),
    display: z
      .strictObject({
        name: z.string().nullable(),
        accent: z.string().nullable(),
        logo_url: z.string().nullable(),
      })
      .describe("How it shows itself to its users"),
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
        egress: "http://user@proxy.example:3128",
        order_budget: { per_connection: null, per_app: 50 },
        display: { name: "Ledger", accent: "#0b5c55", logo_url: null },
        callback_url: "https://gateway.example/callback/zebu/handle",
        created_at: "2026-11-20T06:00:00.000Z",
        updated_at: "2026-11-20T06:00:00.000Z",
      },
    ],
  });

export const putApp = z
  .strictObject({
    broker: brokerId,
    environment: givenText
      .max(64)
      .optional()
      .describe("`live` for a new app; left out at a known one it stays"),
    keys: z
      .record(givenText, givenText)
      .optional()
      .describe("Written, never read back; left out at a known app they stay"),
    settings: z.record(givenText, z.union([z.string(), z.number(), z.literal(false)])).optional(),
    return_urls: z.array(givenText).describe("Matched exactly"),
    egress: givenText
      .nullable()
      .optional()
      .describe("http:// or https://[user:password@]host[:port]; null for none; left out it stays"),
    order_budget: z
      .strictObject({ per_connection: z.int().nullable().optional(), per_app: z.int().nullable().optional() })
      .optional()
      .describe("Orders in any second, 1 to 1,000; what is left out stays"),
    display: z
      .strictObject({
        name: givenText.nullable().optional(),
        accent: givenText.nullable().optional().describe("`#rrggbb`, at least 3 to 1 on white"),
        logo: z
          .strictObject({
            type: z.enum(["image/png", "image/jpeg", "image/webp"]),
            data: z.string().describe("Base64, 64 KiB of picture at most"),
          })
          .nullable()
          .optional(),
      })
      .optional()
      .describe("How the app shows itself to its users; what is left out stays, null takes it away"),
  })
  .meta({ id: "PutApp" });
