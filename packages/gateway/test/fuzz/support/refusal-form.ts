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

/** Where a route is: the first part of its address. */
const placeOf = (address: string): string => address.split(/[/?#]/)[1] ?? "";

/** The places under which people's browsers find pages. */
export const pagePlaces = (
  routes: readonly { readonly path: string; readonly guard: { readonly kind: string } }[],
): ReadonlySet<string> =>
  new Set(
    routes
      .filter(({ guard }) => guard.kind === "browser" || guard.kind === "operator_page")
      .map(({ path }) => placeOf(path)),
  );

/** The form of a page again, with what was wrong about it: a page whatever was asked for, as the form's own is. */
const formAgain = [422, 429];

/** Whether a request's refusal may have this form. Below `/v1` it is a problem to everybody. */
export const mayBe = (
  form: Form,
  status: number,
  { url, accept }: { readonly url: string; readonly accept: string | undefined },
  forPeople: ReadonlySet<string>,
): boolean =>
  form === "problem" ||
  (form === "page" &&
    (forPeople.has(placeOf(url)) || (status === 404 && placeOf(url) !== "v1")) &&
    (formAgain.includes(status) || /text\/html/.test(accept ?? "")));
