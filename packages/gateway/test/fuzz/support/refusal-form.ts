import { problems } from "../../../src/domain/problem.js";

/** An answer as far as its form goes. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** What a request's refusal is: a problem in JSON, or a page where a person's browser asked for one. */
export type Form = "problem" | "page" | "bare";

/** @param method HEAD is answered with a head alone */
export function formOf(method: string, { status, headers, body }: Refusal): Form {
  const type = String(headers["content-type"] ?? "");
  if (type === "text/html; charset=utf-8") return "page";
  if (type !== "application/problem+json; charset=utf-8") return "bare";
  if (method === "HEAD") return "problem";
  try {
    const { code, status: told, request_id } = JSON.parse(body);
    const known = Object.hasOwn(problems, code) && told === status && typeof request_id === "string";
    return known ? "problem" : "bare";
  } catch {
    return "bare";
  }
}

const forPeople = /^\/(?:connect|callback)\//;

/** Whether a request's refusal may have this form. An address that nothing is under is refused by a problem to everybody. */
export const mayBe = (form: Form, url: string, accept: string | undefined): boolean =>
  form === "problem" || (form === "page" && forPeople.test(url) && /text\/html/.test(accept ?? ""));
