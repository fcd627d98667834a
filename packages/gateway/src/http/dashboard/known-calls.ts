import type { BrokerId, Traits } from "kunji";
import { type CallRow, knownCalls } from "kunji/calls";
import type { OfferedCall, TypedCall } from "../pages/dashboard/try-call.js";

/** The first call of a broker, for the connection's own account. */
export function firstCallOf({ firstCall }: Pick<Traits, "firstCall">, account: string | null): TypedCall {
  const { method, path, body, account: example } = firstCall;
  const own = (text: string) => (example && account ? text.replaceAll(example, account) : text);
  return { method, path: own(path), body: body === undefined ? "" : own(body) };
}

const kinds: Readonly<Record<Exclude<CallRow[2], "credential">, string>> = {
  read: "looks",
  order: "may order",
  money: "moves money",
};

/** The calls that a broker is known to take, but for those that are never forwarded. What differs from call to call is `{}`. */
export const offeredCalls = (broker: BrokerId): readonly OfferedCall[] =>
  knownCalls[broker].flatMap(([method, path, kind]) =>
    kind === "credential" ? [] : [{ path, label: `${method}, ${kinds[kind]}` }],
  );

/** By which other method the broker is known to take this path for a look; `undefined` where by none. */
export function lookMethodOf(broker: BrokerId, path: string): string | undefined {
  const asked = path.replace(/[?#].*$/s, "").split("/");
  const fits = (pattern: string): boolean => {
    const parts = pattern.split("/");
    return parts.length === asked.length && parts.every((part, i) => part === "{}" || part === asked[i]);
  };
  return knownCalls[broker].find(([, pattern, kind]) => kind === "read" && fits(pattern))?.[0];
}
