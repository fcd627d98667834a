import type { FetchInit } from "./broker.js";
import { KunjiError } from "./errors.js";
import { mergedHeaders } from "./headers.js";
import { jsonOf } from "./json.js";
import type { Site } from "./site.js";

/** One step's request. Its headers and its body are secret. */
export interface StepRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: Readonly<Record<string, string>>;
}

/** What came back: `body` is the JSON, `undefined` where it is none; `sent` is what no message may repeat. */
export interface StepAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly sent: readonly string[];
}

const methods = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE)$/;
const redirects = [301, 302, 303, 307, 308];
const largest = 1_048_576;

/** `promise`, or the signal's reason, whichever comes first: a `fetch` that is handed in may not heed its signal. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** Waits for work that others wait for too. @throws KunjiError `aborted` where this caller cancels, else what the work does */
export async function heeding<T>(site: Site, work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  try {
    return await orAborted(work, signal);
  } catch (error) {
    throw signal.aborted && error === signal.reason ? new KunjiError("aborted", { broker: site.id }) : error;
  }
}

/**
 * One request, one answer, no redirect followed; `take` reads the answer under the same time limit.
 * @throws KunjiError `timed_out`, `aborted`, `network_failed`, `redirect_refused`, `input_invalid`
 */
export async function reach<T>(
  site: Site,
  url: string,
  init: FetchInit,
  take: (response: Response, within: <R>(promise: Promise<R>) => Promise<R>) => Promise<T>,
): Promise<T> {
  const { method = "GET", headers = {}, body, signal } = init;
  const broker = site.id;
  if (!methods.test(method)) throw new KunjiError("input_invalid", { broker, field: "method" });
  if (body !== undefined && /^(?:GET|HEAD)$/.test(method))
    throw new KunjiError("input_invalid", { broker, field: "body" });
  const limit = AbortSignal.timeout(site.timeoutMs);
  const either = signal ? AbortSignal.any([signal, limit]) : limit;
  const within = <R>(promise: Promise<R>) => orAborted(promise, either);
  try {
    either.throwIfAborted();
    const sending = {
      method,
      headers: mergedHeaders(broker, headers, {}),
      redirect: "manual",
      signal: either,
    } as const;
    const response = await within(site.fetch(url, body === undefined ? sending : { ...sending, body }));
    if (response.type === "opaqueredirect" || redirects.includes(response.status)) {
      void response.body?.cancel().catch(() => undefined);
      throw new KunjiError("redirect_refused", { broker, status: response.status });
    }
    return await take(response, within);
  } catch (error) {
    if (error instanceof KunjiError) throw error;
    // The runtime's own messages repeat URLs and header values: none is passed on.
    throw new KunjiError(signal?.aborted ? "aborted" : limit.aborted ? "timed_out" : "network_failed", {
      broker,
    });
  }
}

/** The answer's text, read no further than `most` bytes; `undefined` where there is more. */
export async function boundedText(
  response: Response,
  most: number,
  within: <R>(promise: Promise<R>) => Promise<R>,
): Promise<string | undefined> {
  const reader = response.body?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await within(reader.read());
      if (done) return text + decoder.decode();
      size += value.byteLength;
      if (size > most) return undefined;
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

const named: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** What a request holds that no message may repeat, the longest first: one may hold another. */
export function secretsOf(request: Pick<StepRequest, "headers" | "json">): string[] {
  const values = [...Object.values(request.headers), ...Object.values(request.json ?? {})].flatMap(
    (value) => [value, value.replace(/^Bearer /, "")],
  );
  // As they are, and as a broker that repeats a body, a form or a page writes them.
  const written = values.flatMap((value) => [
    value,
    JSON.stringify(value).slice(1, -1),
    new URLSearchParams({ "": value }).toString().slice(1),
    value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
    value.replace(/[&<>"]/g, (character) => named[character] ?? character),
  ]);
  return [...new Set(written)]
    .filter((value) => value.length > 3)
    .sort((left, right) => right.length - left.length);
}

/** Sends one step's request. @throws KunjiError as `reach`, and `answer_too_large` over 1 MiB */
export async function send(site: Site, request: StepRequest, signal?: AbortSignal): Promise<StepAnswer> {
  const { method, url, json } = request;
  const headers = json ? { "content-type": "application/json", ...request.headers } : request.headers;
  const init = { method, headers, ...(json && { body: JSON.stringify(json) }), ...(signal && { signal }) };
  return reach(site, url, init, async (response, within) => {
    const text = await boundedText(response, largest, within);
    const { status } = response;
    if (text === undefined) throw new KunjiError("answer_too_large", { broker: site.id, status });
    return { status, headers: response.headers, body: jsonOf(text), sent: secretsOf(request) };
  });
}
