import { z } from "zod";
import { chosenId } from "../../domain/chosen-id.js";
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
    id: z.string().regex(chosenId).optional(),
    name: nameText,
  })
  .meta({ id: "PostTenant", examples: [{ id: "desk-1", name: "Desk one" }] });
