import { z } from "zod";
import { callKind, moment, nameText, scope } from "./values.js";

export const apiKey = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    scopes: z.array(scope),
    calls: z.array(callKind),
    created_at: moment,
    ended_at: moment.nullable(),
  })
  .meta({ id: "ApiKey" });

export const newApiKey = apiKey
  .extend({ key: z.string().describe("Shown this once") })
  .meta({ id: "NewApiKey" });

export const postKey = z
  .strictObject({
    name: nameText,
    scopes: z.array(scope).min(1),
    calls: z.array(callKind).optional().describe('`["read"]` by default'),
  })
  .meta({
    id: "PostKey",
    examples: [{ name: "server", scopes: ["connect", "read", "proxy"], calls: ["read"] }],
  });
