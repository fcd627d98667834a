import type { BrokerId } from "kunji";
import { Problem } from "./problem.js";

/** Why a broker's answer is not passed on, by its head; `undefined` where nothing speaks against it. */
export function unfitAnswer(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  mostBytes: number,
): Problem | undefined {
  if (status >= 300 && status < 400 && status !== 304)
    return new Problem("broker_refused", {
      detail: "The broker answered with a redirect, which is never followed.",
    });
  const { "content-encoding": encoding, "content-length": length } = headers;
  // What is packed can't be looked through, and no packing was asked for.
  if (encoding !== undefined && String(encoding).toLowerCase() !== "identity")
    return new Problem("broker_unavailable", {
      detail: "The broker's answer is packed, which was not asked for: it is not passed on.",
    });
  return length !== undefined && !(Number(length) <= mostBytes) ? new Problem("answer_too_large") : undefined;
}

/** Says of a call that leaves a mark what became of it where its answer is not passed on. `sent`: it may have arrived. */
export function withFate(
  { code, message, facts }: Problem,
  broker: BrokerId,
  kind: "read" | "order" | "money",
  sent: boolean,
): Problem {
  if (kind === "read") return new Problem(code, { ...facts, detail: message, broker });
  const fate = sent ? "Whether it was carried out can't be known." : "Nothing was sent.";
  return new Problem(code, { ...facts, detail: `${message} ${fate}`, broker });
}

/** Whether an answer has no body, whatever its head says of one. */
export const isBodiless = (method: string, status: number): boolean =>
  method === "HEAD" || status === 204 || status === 304;

/** Whether an answer's body may have so few bytes, by its head: JSON where it does not tell. */
export function mayBeShort(
  { "content-length": length, "content-type": type }: Readonly<Record<string, string | string[] | undefined>>,
  bytes: number,
): boolean {
  return length === undefined ? holdsJson(type) : Number(length) <= bytes;
}

/** Whether an answer of this content type is JSON. */
export const holdsJson = (type: string | string[] | undefined): boolean =>
  typeof type === "string" && type.includes("json");
