import type { Hono } from "hono";
import { trapPath } from "../faults/redirect-to-trap.js";
import type { Bindings, Env } from "./env.js";

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

/** As `fetch` follows: 303 always, 301 and 302 after a POST, become a GET without a body. */
function followed(request: Request, body: ArrayBuffer, status: number, location: URL): Request {
  const { method } = request;
  const asGet =
    (status === 303 && method !== "HEAD") || ((status === 301 || status === 302) && method === "POST");
  const headers = new Headers(request.headers);
  headers.delete("authorization");
  headers.delete("host");
  if (asGet || method === "GET" || method === "HEAD")
    return new Request(location, { method: asGet ? "GET" : method, headers });
  return new Request(location, { method, headers, body });
}

/**
 * A `fetch` that needs no socket. A path alone is taken as the sandbox's own. Redirects go as the caller's `redirect`
 * says, but only the trap's is followed: all others lead to somebody else's server and are handed back.
 */
export function fetchInProcess(app: Hono<Env>, origin: string): Fetch {
  return async (input, init) => {
    const target = typeof input === "string" && input.startsWith("/") ? new URL(input, origin) : input;
    const request = new Request(target, init);
    request.signal.throwIfAborted();
    const body = await request.clone().arrayBuffer();
    const slot: NonNullable<Bindings["inProcess"]> = {};
    const aborted = new Promise<never>((_, reject) => {
      request.signal.addEventListener("abort", () => reject(request.signal.reason), { once: true });
    });
    aborted.catch(() => undefined);
    const response = await Promise.race([app.fetch(request, { inProcess: slot }), aborted]);
    if (slot.failure !== undefined) throw slot.failure;
    const to = response.headers.get("location");
    if (!isRedirect(response.status) || to === null || request.redirect === "manual") return response;
    if (request.redirect === "error") throw new TypeError("unexpected redirect");
    const location = new URL(to, request.url);
    if (location.pathname !== trapPath) return response;
    return app.fetch(followed(request, body, response.status, location), { inProcess: {} });
  };
}
