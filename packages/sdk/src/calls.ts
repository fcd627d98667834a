/** `kunji/calls`: what a call of a broker can do, so that a proxy can tell a look from an order. It sends nothing. */
import type { BrokerId } from "./broker.js";
import { calls as autoshares } from "./brokers/autoshares.calls.js";
import { calls as nuvama } from "./brokers/nuvama.calls.js";
import { calls as rmoney } from "./brokers/rmoney.calls.js";
import { calls as ventura } from "./brokers/ventura.calls.js";
import { calls as zebu } from "./brokers/zebu.calls.js";
import type { CallClass, CallRow } from "./call-class.js";
import { plainSegments, readings } from "./path-readings.js";

export type { CallClass, CallRow } from "./call-class.js";

/** The known calls of each broker. */
export const knownCalls: Readonly<Record<BrokerId, readonly CallRow[]>> = {
  ventura,
  autoshares,
  nuvama,
  zebu,
  rmoney,
};

/** In an unknown path, a word of these means that it may reach a login, a token or a password. */
const credentialWord =
  /log-?(?:in|out|off|on)|sign-?(?:in|out|off|on)|token|acstok|auth|passw|passcode|pwd|pincode|secret|credential|api[-_]?key|session|wssess|totp|otp$|^otp/;

const patterns = new WeakMap<CallRow, readonly string[]>();

function patternOf(row: CallRow): readonly string[] {
  const known = patterns.get(row) ?? row[1].split("/").slice(1);
  patterns.set(row, known);
  return known;
}

/** How closely a pattern matches the segments: a text that sorts higher the closer it is, or `undefined`. */
function closeness(
  pattern: readonly string[],
  segments: readonly string[],
  fold: boolean,
): string | undefined {
  const open = pattern.at(-1) === "{*}";
  if (open ? segments.length < pattern.length : segments.length !== pattern.length) return undefined;
  let score = "";
  for (const [i, part] of pattern.entries()) {
    if (part === "{*}") return `${score}0`;
    const segment = segments[i] ?? "";
    const literal = fold ? part.toLowerCase() === segment.toLowerCase() : part === segment;
    if (!literal && part !== "{}") return undefined;
    score += literal ? "2" : "1";
  }
  return score;
}

/** The class of a path that can be read in one way only and is known. Of two rows the closer one counts. */
function known(rows: readonly CallRow[], method: string, segments: readonly string[]): CallClass | undefined {
  let best: { readonly score: string; readonly kind: CallClass } | undefined;
  for (const row of rows) {
    const credential = row[2] === "credential";
    if (!credential && row[0] !== method) continue;
    const score = closeness(patternOf(row), segments, credential);
    if (score === undefined) continue;
    if (!best || score > best.score || (score === best.score && credential)) best = { score, kind: row[2] };
  }
  return best?.kind;
}

/** Whether a reading ends in a call of this class, whatever comes before it. */
function endsIn(rows: readonly CallRow[], kind: CallClass, reading: readonly string[]): boolean {
  return rows.some((row) => {
    if (row[2] !== kind) return false;
    return reading.some((_, start) => closeness(patternOf(row), reading.slice(start), true) !== undefined);
  });
}

/**
 * What a call can do. `path` is relative to the broker's base URL (AutoShares' ends in `/api`); query and trailing slash
 * don't count. Unknown calls are `order`; so is every unusual spelling of a known one, and where any reading of it reaches
 * money or a login, token or logout endpoint, it is `money` or `credential`. Only an exact spelling of a known read is `read`.
 */
export function classifyCall(broker: BrokerId, method: string, path: string): CallClass {
  const rows = knownCalls[broker];
  const segments = plainSegments(path);
  const kind = segments && known(rows, method.toUpperCase(), segments);
  if (kind) return kind;
  const [whole = ""] = path.split("?", 1);
  const ways = readings(segments ? whole : path);
  if (!ways) return "credential";
  const reaches = (way: readonly string[]) =>
    way.some((segment) => credentialWord.test(segment)) || endsIn(rows, "credential", way);
  if (ways.some(reaches)) return "credential";
  return ways.some((way) => endsIn(rows, "money", way)) ? "money" : "order";
}
