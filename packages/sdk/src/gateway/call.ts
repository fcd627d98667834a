import { isObject, jsonOf } from "../json.js";
import { boundedText, orAborted } from "../send.js";
import { gatewayUrl, proxyUrl, queryText } from "./address.js";
import type { CallOptions, GatewayOptions, PostOptions, ProxyInit } from "./client.js";
import { GatewayError, ownError } from "./gateway-error.js";
import { errorOf } from "./problem.js";

const largest = 10 * 1_048_576;
const redirects = [301, 302, 303, 307, 308];
/** The longest that a timer can run. */
const longestMs = 2_147_483_647;

/** What a call of the API is made of. */
export interface ApiCall {
  readonly method: string;
  /** With its ids as segments; without the query. */
  readonly path: string;
  readonly query?: object | undefined;
  readonly body?: unknown;
  readonly options?: (CallOptions & PostOptions) | undefined;
}

/** Reaches one gateway with one API key. */
export interface Caller {
  /** A call whose answer is JSON. @throws GatewayError */
  json<T>(call: ApiCall): Promise<T>;
  /** A call whose answer is empty. @throws GatewayError */
  empty(call: ApiCall): Promise<void>;
  /** A call to the broker. @throws GatewayError for every answer that isn't the broker's */
  proxy(id: string, path: string, init: ProxyInit): Promise<Response>;
}

type Within = <R>(promise: Promise<R>) => Promise<R>;

/** What `make` makes. @throws GatewayError `input_invalid` for the field: a runtime's message would hold its value */
function made<T>(field: string, make: () => T): T {
  try {
    return make();
  } catch {
    throw ownError("input_invalid", { field });
  }
}

/** @throws GatewayError `input_invalid` for a setting that can't be used */
export function createCaller(options: GatewayOptions): Caller {
  const { timeoutMs = 35_000, plainHttp = false } = options;
  const base = gatewayUrl(options.url, plainHttp);
  const key = typeof options.key === "string" ? options.key : (options.key?.reveal() ?? "");
  if (!/^[\x21-\x7e]+$/.test(key)) throw ownError("input_invalid", { field: "key" });
  if (!(timeoutMs > 0 && timeoutMs <= longestMs)) throw ownError("input_invalid", { field: "timeoutMs" });
  const send = options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init));
  const authorization = `Bearer ${key}`;

  async function reach<T>(
    url: string,
    init: RequestInit,
    signal: AbortSignal | undefined,
    take: (response: Response, within: Within) => Promise<T>,
  ): Promise<T> {
    const limit = AbortSignal.timeout(timeoutMs);
    const either = signal ? AbortSignal.any([signal, limit]) : limit;
    const within: Within = (promise) => orAborted(promise, either);
    try {
      either.throwIfAborted();
      const response = await within(send(url, { ...init, redirect: "manual", signal: either }));
      if (response.type !== "opaqueredirect" && !redirects.includes(response.status))
        return await take(response, within);
      void response.body?.cancel().catch(() => undefined);
      throw ownError("redirect_refused", { status: response.status });
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      throw ownError(signal?.aborted ? "aborted" : limit.aborted ? "timed_out" : "network_failed");
    }
  }

  async function answered<T>(call: ApiCall, take: (text: string, status: number) => T): Promise<T> {
    const { method, path, query = {}, options = {} } = call;
    const { signal, idempotencyKey } = options;
    if (idempotencyKey !== undefined && !/^[\x21-\x7e]{1,200}$/.test(idempotencyKey))
      throw ownError("input_invalid", { field: "idempotencyKey" });
    const body = call.body === undefined ? undefined : made("body", () => JSON.stringify(call.body));
    const headers = {
      authorization,
      accept: "application/json",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
    };
    const init = { method, headers, ...(body !== undefined && { body }) };
    return reach(`${base}${path}${queryText(query)}`, init, signal, async (response, within) => {
      const text = await boundedText(response, largest, within);
      if (!response.ok) throw errorOf(response, text, key);
      if (text === undefined) throw ownError("answer_too_large", { status: response.status });
      return take(text, response.status);
    });
  }

  return {
    json: <T>(call: ApiCall) =>
      answered(call, (text, status) => {
        const body = jsonOf(text);
        if (!isObject(body)) throw ownError("answer_unreadable", { status });
        return body as T;
      }),

    empty: (call) =>
      answered(call, (_text, status) => {
        if (status !== 204) throw ownError("answer_unreadable", { status });
      }),

    async proxy(id, path, { method = "GET", headers: theirs = {}, body, signal }) {
      const url = proxyUrl(base, id, path);
      const headers = made("headers", () => new Headers(theirs));
      headers.set("authorization", authorization);
      const sending = {
        method,
        headers,
        ...(body !== undefined && { body }),
        // Node wants to be told that the answer is not awaited while a stream is sent.
        ...(body instanceof ReadableStream && { duplex: "half" }),
      } as RequestInit;
      return reach(url, sending, signal, async (response, within) => {
        if (response.headers.get("kunji-answer-from") === "broker") return response;
        throw errorOf(response, await boundedText(response, largest, within), key);
      });
    },
  };
}
