import { z } from "zod";
import { sequenceQuery } from "./page.js";
import { saying } from "./told-forms.js";
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

const hash = z.string().describe("SHA-256 in hex");

export const auditEntry = z
  .strictObject({
    tenant: z.string(),
    sequence: z.int(),
    at: moment,
    key: z.string().nullable(),
    action: z.string(),
    kind: z.string(),
    id: z.string(),
    facts: z.record(z.string(), z.unknown()).nullable(),
    hash: hash.describe(
      "SHA-256 over the hash before it, a line feed, and this entry's canonical JSON (RFC 8785) without `hash`",
    ),
  })
  .meta({ id: "AuditEntry" });

/** As pages, or as one stream of lines. */
export const auditQuery = sequenceQuery.extend({
  format: z
    .enum(["json", "ndjson"])
    .default("json")
    .describe("`ndjson`: every entry from `after` on, one a line, without `limit`"),
});

const place = z.strictObject({ sequence: z.int(), hash });

export const auditVerdict = z
  .strictObject({
    intact: z.boolean(),
    records: z.int().describe("How many entries were read"),
    head: place,
    erased: place.describe("The last entry that has had its time"),
    anchors_too_old: z.int().describe("Anchors that lie before the entries that are kept"),
    faults: z.array(z.strictObject({ sequence: z.int(), fault: z.string() })).describe("The first twenty"),
  })
  .meta({ id: "AuditVerdict" });

export const verifyQuery = z.strictObject({
  anchor: z
    .string()
    .regex(
      /^\d{1,15}:[0-9a-f]{64}$/,
      saying(
        "`anchor` is `<sequence>:<64 hex digits>`, in lower case, as a verification or `audit.anchored` gives it.",
      ),
    )
    .describe("`<sequence>:<hash>` of an entry, kept elsewhere")
    .transform((text) => {
      const [sequence, hash = ""] = text.split(":");
      return { sequence: Number(sequence), hash };
    })
    .optional(),
});
