import { z } from "zod";
import { eventType, moment } from "./values.js";

export const event = z
  .strictObject({
    id: z.string(),
    sequence: z.int(),
    type: eventType,
    at: moment,
    connection: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "Event" });

export const auditEntry = z
  .strictObject({
    sequence: z.int(),
    at: moment,
    key: z.string().nullable(),
    action: z.string(),
    kind: z.string(),
    id: z.string(),
  })
  .meta({ id: "AuditEntry" });
