import { z } from "zod";
import { brokerId } from "./values.js";

const key = z.strictObject({
  name: z.string(),
  broker_name: z.string(),
  label: z.string(),
  secret: z.boolean(),
  optional: z.boolean(),
});

const setting = z.strictObject({
  name: z.string(),
  label: z.string(),
  kind: z.enum(["choice", "ms", "daily"]),
  choices: z.array(z.string()),
  default: z.union([z.string(), z.number(), z.literal(false)]),
});

export const broker = z
  .strictObject({
    id: brokerId,
    name: z.string(),
    country: z.enum(["IN", "US"]),
    login: z.enum(["redirect", "password"]),
    echoes_state: z.boolean(),
    vendor_session: z.boolean(),
    refresh: z.boolean(),
    logout: z.boolean(),
    environments: z.array(z.string()),
    keys: z.array(key),
    settings: z.array(setting),
    first_call: z.strictObject({ method: z.string(), path: z.string(), body: z.string().nullable() }),
  })
  .meta({ id: "Broker" });
