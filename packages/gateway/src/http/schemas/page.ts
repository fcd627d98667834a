import { z } from "zod";
import type { Cursor } from "../../ports/page.js";
import { saying } from "./told-forms.js";

const limit = z
  .string()
  .regex(/^(?:[1-9]\d?|1\d\d|200)$/)
  .describe("How many at most, 1 to 200")
  .default("50")
  .transform(Number);

const cursorForm = z.strictObject({ id: z.string(), endsAt: z.int().optional() });

/** Where a page ended, read from such a text; `undefined` for any other. */
export function readCursor(text: string): Cursor | undefined {
  try {
    const { data } = cursorForm.safeParse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
    return data && (data.endsAt === undefined ? { id: data.id } : { id: data.id, endsAt: data.endsAt });
  } catch {
    return undefined;
  }
}

/** Where a page ended, as text that is given back as it is. */
export const cursorText = (cursor: Cursor | null): string | null =>
  cursor && Buffer.from(JSON.stringify(cursor)).toString("base64url");

const cursor = z
  .string()
  .max(1_000)
  .describe("`next` of the page before")
  .transform((text, context) => {
    const found = readCursor(text);
    if (found) return found;
    context.addIssue({ code: "custom", message: "no cursor" });
    return z.NEVER;
  })
  .optional();

/** How a list is asked for. */
export const pageMembers = { limit, cursor };
export const pageQuery = z.strictObject(pageMembers);

/** How a sequence is read on. */
export const sequenceQuery = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,15}$/, saying("`after` is a sequence: a whole number."))
    .describe("The sequence after which to begin, or `next` of the page before")
    .default("0")
    .transform(Number),
  limit,
});

/** One page of a list. */
export const listed = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() });
