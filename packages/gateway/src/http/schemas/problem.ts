import { z } from "zod";
import { brokerId } from "./values.js";

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe("What to do, in a sentence"),
    code: z.string().describe("Stable"),
    request_id: z.string(),
    broker: brokerId.optional(),
    field: z.string().optional().describe("The field of the request that is at fault"),
    broker_detail: z.string().optional().describe("The broker's own words"),
  })
  .meta({
    id: "Problem",
    examples: [
      {
        type: "urn:kunji:problem:login_needed",
        title: "There is no live session: the user must log in again.",
        status: 409,
        detail: "There is no live session: the user must log in again.",
        code: "login_needed",
        request_id: "req_000000000000",
      },
    ],
  });

const problems = {
  description: "A problem, RFC 9457",
  content: { "application/problem+json": { schema: problem } },
};

/** The answers of a call: the one that is wanted, or a problem. */
export const answers = <S extends number, T extends z.ZodType>(status: S, schema: T) =>
  ({ [status]: schema, default: problems }) as { [K in S]: T } & { default: typeof problems };

/** For calls that answer 204. */
export const nothing = answers(204, z.null().describe("Done"));
