import { z } from "zod";
import { Problem } from "../../domain/problem.js";

/** What a form holds. @throws Problem `request_invalid` {field} for a field that is missing, twice there or not foreseen */
export function readForm<T>(shape: z.ZodType<T>, body: unknown): T {
  const read = shape.safeParse(body ?? {});
  if (read.success) return read.data;
  const [field] = read.error.issues[0]?.path ?? [];
  throw new Problem("request_invalid", typeof field === "string" ? { field } : {});
}

export const choiceForm = z.object({ app: z.string().min(1) });

export const passwordForm = z.object({
  username: z.string().min(1),
  password: z.string().min(1),
  otp: z.string().optional(),
});

export const codeForm = z.object({ otp: z.string().min(1) });

export const accountForm = z.object({
  connection: z.string().min(1),
  secret: z.string().min(1),
  answer: z.enum(["yes", "no"]),
});
