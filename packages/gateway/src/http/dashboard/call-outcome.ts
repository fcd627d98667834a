import type { BrokerId } from "kunji";
import { indentedJson } from "../../domain/indented-json.js";
import type { Problem } from "../../domain/problem.js";
import type { CallAnswer, CallOutcome, TypedCall } from "../pages/dashboard/try-call.js";
import type { OwnAnswer } from "../proxy/own-calls.js";
import { lookMethodOf } from "./known-calls.js";

/** As much of an answer as a page shows, in characters. */
const shownLength = 8_192;
/** An answer up to this size is shown with a line for each value, in bytes. */
const mostIndented = 262_144;

function shown({ body, contentType }: OwnAnswer): Pick<CallAnswer, "text" | "cutFrom"> {
  const holdsJson = contentType === undefined || contentType.includes("json");
  const small = body.length <= mostIndented;
  const whole = (small ? body : body.subarray(0, shownLength)).toString("utf8");
  const text = (small && holdsJson ? indentedJson(whole) : undefined) ?? whole;
  const cut = !small || text.length > shownLength;
  return { text: cut ? text.slice(0, shownLength) : text, cutFrom: cut ? body.length : undefined };
}

interface ToldProblem {
  readonly code: string;
  readonly detail: string;
  readonly field?: string;
}

/** What the gateway says of a call that it has not passed on; `undefined` where the answer is no problem of its own. */
function toldIn({ from, body }: OwnAnswer): ToldProblem | undefined {
  if (from === "broker") return undefined;
  try {
    const told: unknown = JSON.parse(body.toString("utf8"));
    return typeof told === "object" && told !== null && "code" in told ? (told as ToldProblem) : undefined;
  } catch {
    return undefined;
  }
}

const ticks: Readonly<Record<string, string>> = {
  order: "This call may place or change an order",
  money: "This call moves money",
};

/** What the page says of a call that was refused. */
function refusalOf(told: ToldProblem, broker: { id: BrokerId; name: string }, typed: TypedCall): CallOutcome {
  const { code, detail, field = "" } = told;
  if (code !== "call_refused") return { kind: "refused", sentence: detail, code };
  const other = lookMethodOf(broker.id, typed.path);
  const hint =
    other !== undefined && other !== typed.method
      ? ` ${broker.name} is known to take this path for a look by ${other}.`
      : "";
  const sentence = `${ticks[field] ?? ticks.order}, or isn’t known: tick “This may send an order” to send it.${hint}`;
  return { kind: "refused", sentence, code, wantsTick: true };
}

/** What the page says of a call's answer. */
export function outcomeOf(
  answer: OwnAnswer,
  broker: { readonly id: BrokerId; readonly name: string },
  typed: TypedCall,
): CallOutcome {
  const told = toldIn(answer);
  if (told) return refusalOf(told, broker, typed);
  const { status, from, tookMs, contentType } = answer;
  const sent = `${typed.method} ${typed.path}`;
  return { kind: "answered", sent, answer: { status, from, tookMs, contentType, ...shown(answer) } };
}

/** What the page says of what was thrown before a call was sent. */
export const refusedOutcome = ({ code, message }: Problem): CallOutcome => ({
  kind: "refused",
  sentence: message,
  code,
});
