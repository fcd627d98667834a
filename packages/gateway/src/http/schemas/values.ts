import { type BrokerId, brokers } from "kunji";
import { eventTypes } from "kunji/gateway";
import { z } from "zod";

/** Values that many calls share. */
export const brokerId = z.enum(Object.keys(brokers) as [BrokerId, ...BrokerId[]]);
export const scope = z.enum(["connect", "read", "session", "proxy", "admin"]);
export const callKind = z.enum(["read", "order", "money"]);
export const status = z.enum(["new", "pending", "active", "login_needed", "unsure", "closed"]);
export const eventType = z.enum(eventTypes);

/** As the API shows a moment. */
export const moment = z.iso.datetime().describe("ISO 8601, UTC");
/** As a caller writes one: any offset, read as ms since 1970, UTC. */
export const givenMoment = z.iso
  .datetime({ offset: true })
  .describe("ISO 8601 with an offset, such as 2026-11-23T09:15:00+05:30")
  .transform((text) => Date.parse(text));

/** What a caller writes: no database keeps the character zero. */
export const givenText = z
  .string()
  .max(2_000)
  .regex(/^[^\0]*$/);

/** The path of one thing: any id, since an unknown one is answered as not found. */
export const idParams = z.strictObject({ id: givenText });
export const noQuery = z.strictObject({});

/** 1 to 200 characters, none of which steers a terminal. */
export const nameText = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{C}+$/u);
