import { type CallClass, classifyCall } from "kunji/calls";
import { Problem } from "../domain/problem.js";
import type { ApiKey, CallKind } from "../ports/api-keys.js";
import type { ProxyEntry } from "./proxy-entry.js";

/** A call as it goes to the broker. */
export interface BrokerCall {
  readonly kind: CallKind;
  /** Below the broker's origin, with the query. */
  readonly path: string;
}

interface Read {
  readonly kind: CallClass;
  readonly path: string;
}

/** Reads what a call is and where it goes. */
export type CallReader = (entry: ProxyEntry, key: ApiKey, method: string, path: string) => BrokerCall;

const most = 5_000;
const longest = 1_024;

/** @throws KunjiError `path_refused` */
function readCall({ client, origin }: ProxyEntry, method: string, path: string): Read {
  const url = client.callUrl(path);
  // HEAD asks for the head of what GET answers.
  return {
    kind: classifyCall(client.id, method === "HEAD" ? "GET" : method, path),
    path: url.slice(origin.length),
  };
}

/**
 * A reader that remembers the calls that it has read. It throws KunjiError `path_refused`; Problem
 * `credential_call_refused`, and `call_refused` {field} where the key may not forward calls of this kind.
 */
export function createCallReader(): CallReader {
  const known = new Map<string, Read>();

  function read(entry: ProxyEntry, method: string, path: string): Read {
    const key = `${method} ${entry.client.id} ${entry.client.origins.api} ${path}`;
    const found = known.get(key);
    if (found) return found;
    const made = readCall(entry, method, path);
    if (known.size >= most) known.clear();
    if (key.length <= longest) known.set(key, made);
    return made;
  }

  return (entry, { calls }, method, path) => {
    const { kind, path: below } = read(entry, method, path);
    const { broker } = entry.connection;
    if (kind === "credential") throw new Problem("credential_call_refused", { broker });
    if (kind !== "read" && !calls.includes(kind)) throw new Problem("call_refused", { broker, field: kind });
    return { kind, path: below };
  };
}
