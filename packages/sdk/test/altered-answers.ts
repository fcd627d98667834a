import type { Fetch } from "./broker-rig.js";

/** What an answer's JSON becomes; a text is sent as it is, an object as JSON. */
export type Edit = (fields: Readonly<Record<string, unknown>>) => unknown;

/** A `fetch` that alters the answers of one path. */
export function altered(fetch: Fetch, path: string, edit: Edit, status?: number): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (!new URL(url).pathname.includes(path)) return response;
    const body = edit((await response.json()) as Record<string, unknown>);
    const headers = { "content-type": "application/json" };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return new Response(text, { status: status ?? response.status, headers });
  };
}

/** Alters some fields; `undefined` takes one out. */
export const withFields =
  (changes: Readonly<Record<string, unknown>>): Edit =>
  (fields) => ({ ...fields, ...changes });

/** One request as it left the client, values in the clear. */
export interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
  readonly redirect: string | undefined;
}

/** A `fetch` that keeps what it sends. */
export function watched(fetch: Fetch): { readonly fetch: Fetch; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: (url, init) => {
      const { method = "GET", headers, body, redirect } = init;
      sent.push({ url, method, headers: new Headers(headers), body: String(body ?? ""), redirect });
      return fetch(url, init);
    },
  };
}

/** A `fetch` that answers everything with one JSON. */
export const answering =
  (body: unknown, status = 200): Fetch =>
  async () =>
    new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
