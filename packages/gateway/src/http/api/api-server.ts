import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Scope } from "../../ports/api-keys.js";
import type { Guard } from "../guard-types.js";

/** A server whose routes take their types from their schemas. */
export type ApiServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** The guard of a route for API keys with this scope. */
export const needs = (scope: Scope): { readonly guard: Guard } => ({ guard: { kind: "key", scope } });

export const operator: { readonly guard: Guard } = { guard: { kind: "operator" } };
/** The guard of what anybody may ask, and any number of times. */
export const open: { readonly guard: Guard } = { guard: { kind: "open", uncounted: true } };

/** A page of things by their sequence: `next` is given back as `after`. */
export function sequencePage<T extends { readonly sequence: number }, S>(
  found: readonly T[],
  limit: number,
  show: (item: T) => S,
): { items: S[]; next: string | null } {
  const last = found.length < limit ? undefined : found.at(-1);
  return { items: found.map(show), next: last ? String(last.sequence) : null };
}
