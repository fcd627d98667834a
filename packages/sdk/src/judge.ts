import type { BrokerId } from "./broker.js";
import { type Code, KunjiError } from "./errors.js";
import { isHeaderValue } from "./headers.js";
import { isObject } from "./json.js";
import { Secret } from "./secret.js";
import type { StepAnswer } from "./send.js";
import type { Shape, Shaped } from "./shape.js";

const run = 8;

/** Cuts what a text shares with a secret over eight characters or more: a broker may repeat a part of one. */
function withoutRuns(text: string, secrets: readonly string[]): string {
  const parts = new Set<string>();
  for (const secret of secrets)
    for (let i = 0; i + run <= secret.length; i++) parts.add(secret.slice(i, i + run));
  let clean = "";
  let end = 0;
  for (let i = 0; i < text.length; i++) {
    if (parts.has(text.slice(i, i + run))) {
      if (i >= end) clean += "[secret]";
      end = i + run;
    } else if (i >= end) clean += text[i];
  }
  return clean;
}

/** The broker's own words: at most 200 printable characters, with everything secret that was sent cut out. */
export function words(answer: StepAnswer, text: unknown): string | undefined {
  if (typeof text !== "string") return undefined;
  let clean = withoutRuns(text.slice(0, 4096), answer.sent);
  for (const secret of answer.sent) if (secret.length > 3) clean = clean.replaceAll(secret, "[secret]");
  return clean.replace(/[^\x20-\x7e\xa0-\uffff]+/g, " ").slice(0, 200);
}

/** An error of this broker, with the answer's status and the broker's words. */
export function refusal(
  code: Code,
  broker: BrokerId,
  answer: StepAnswer,
  text?: unknown,
  field?: string,
): KunjiError {
  const retry = answer.headers.get("retry-after") ?? "";
  return new KunjiError(code, {
    broker,
    field,
    status: answer.status,
    detail: words(answer, text),
    retryAfterS: /^\d{1,6}$/.test(retry) ? Number(retry) : undefined,
  });
}

/** What to say of an answer that says nothing that the page describes: too many calls, a fault, or unreadable. */
export function unexpected(broker: BrokerId, answer: StepAnswer, text?: unknown, field?: string): KunjiError {
  const code =
    answer.status === 429
      ? "rate_limited"
      : answer.status >= 500
        ? "broker_unavailable"
        : "answer_unreadable";
  return refusal(code, broker, answer, text, field);
}

function fits(value: unknown, kind: string): boolean {
  if (value === undefined || value === null) return kind.endsWith("?");
  if (kind === "text") return typeof value === "string" && value !== "";
  const base = kind.replace("?", "");
  if (base === "list") return Array.isArray(value);
  return base === "object" ? isObject(value) : typeof value === (base === "text" ? "string" : base);
}

/**
 * The fields of a shape, and no others.
 * @throws KunjiError `answer_unreadable` that names every field at fault
 */
export function read<S extends Shape>(
  broker: BrokerId,
  answer: StepAnswer,
  shape: S,
  value = answer.body,
): Shaped<S> {
  const fields = isObject(value) ? value : {};
  const wrong = Object.entries(shape).filter(([name, kind]) => !fits(fields[name], kind));
  if (wrong.length > 0) throw unexpected(broker, answer, undefined, wrong.map(([name]) => name).join(", "));
  const kept = Object.keys(shape).filter((name) => fields[name] !== undefined && fields[name] !== null);
  return Object.fromEntries(kept.map((name) => [name, fields[name]])) as Shaped<S>;
}

/** A token that can be sent back in a header. @throws KunjiError `answer_unreadable` */
export function token(broker: BrokerId, answer: StepAnswer, field: string, text: string): Secret {
  if (!isHeaderValue(text)) throw unexpected(broker, answer, undefined, field);
  return new Secret(text);
}
