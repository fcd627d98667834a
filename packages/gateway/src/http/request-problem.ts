import { Problem, type ProblemCode } from "../domain/problem.js";
import { toldSentence } from "./schemas/told-forms.js";

/** What fastify finds wrong with a request, by its error's code. */
const fastifyProblems: Readonly<Record<string, readonly [ProblemCode, string?]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ["body_too_large"],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    "request_invalid",
    "Send the body as JSON: `content-type: application/json`.",
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ["request_invalid", "The body is empty: send JSON."],
  FST_ERR_CTP_INVALID_JSON_BODY: ["request_invalid", "The body is no JSON."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    "request_invalid",
    "The body is not as long as `content-length` says.",
  ],
  FST_ERR_BAD_URL: ["request_invalid", "The address holds a percent sign that starts no valid character."],
  FST_ERR_MAX_PARAM_LENGTH: ["request_invalid", "A part of the address is too long."],
};

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  (typeof value === "object" && value !== null ? value : {}) as Fields;

/** Where a flaw lies: the way to the member, and a member that should not be there. */
interface Place {
  readonly way: readonly unknown[];
  readonly extra: readonly unknown[];
}

/** Of the readings that a union allows, the one that the request comes closest to: it has the fewest flaws. */
function placeWithin(way: readonly unknown[], flaw: Fields): Place {
  const readings = Array.isArray(flaw.errors) ? flaw.errors.filter(Array.isArray) : [];
  const [nearest] = [...readings].sort((left, right) => left.length - right.length);
  if (!nearest || nearest.length === 0) return { way, extra: Array.isArray(flaw.keys) ? flaw.keys : [] };
  const inner = fieldsOf(nearest[0]);
  return placeWithin([...way, ...(Array.isArray(inner.path) ? inner.path : [])], inner);
}

/** Such as `scopes.0`. A member whose name is no plain name is not repeated. */
function fieldOf(flaw: Fields): string | undefined {
  const path = typeof flaw.instancePath === "string" ? flaw.instancePath.split("/") : [];
  const { way, extra } = placeWithin(
    path.filter((part) => part !== ""),
    fieldsOf(flaw.params),
  );
  const names = [...way, ...extra.slice(0, 1)].map(String);
  return names.length > 0 && names.every((name) => /^[A-Za-z0-9_-]{1,64}$/.test(name))
    ? names.join(".")
    : undefined;
}

/** What fastify or a schema found wrong with a request; `undefined` where the error is no such thing. */
export function requestProblem(error: unknown): Problem | undefined {
  const { validation, code, statusCode } = fieldsOf(error);
  if (Array.isArray(validation)) {
    const flaw = fieldsOf(validation[0]);
    return new Problem("request_invalid", { field: fieldOf(flaw), detail: toldSentence(flaw.message) });
  }
  if (typeof code !== "string" || !code.startsWith("FST_")) return undefined;
  const known = Object.hasOwn(fastifyProblems, code) ? fastifyProblems[code] : undefined;
  if (known) return new Problem(known[0], { detail: known[1] });
  const theirs = typeof statusCode === "number" && statusCode >= 400 && statusCode < 500;
  return theirs ? new Problem("request_invalid") : undefined;
}
