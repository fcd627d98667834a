import { z } from "zod";
import { newApiKey } from "./keys.js";
import { moment, nameText } from "./values.js";

export const tenant = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    created_at: moment,
    ended_at: moment.nullable(),
  })
  .meta({ id: "Tenant" });

export const newTenant = tenant.extend({ api_key: newApiKey }).meta({ id: "NewTenant" });

export const postTenant = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/)
      .optional(),
    name: nameText,
  })
  .meta({ id: "PostTenant", examples: [{ id: "desk-1", name: "Desk one" }] });
