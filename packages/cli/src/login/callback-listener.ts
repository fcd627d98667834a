import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { KunjiError } from "kunji";
import { Problem, systemCode } from "../problem.js";
import type { BrowserBinding } from "./browser-binding.js";
import { pageHeaders, pages } from "./callback-page.js";

/** Errors of a callback that used nothing up: the right one may still come. */
const harmless = new Set(["callback_invalid", "state_mismatch", "attempt_mismatch"]);

/** Whether the wait goes on after this error of a callback. */
export const goesOn = (error: unknown): error is KunjiError =>
  error instanceof KunjiError && harmless.has(error.code);

const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether a callback to this URL reaches this machine and no other. */
export function isLoopback(redirectUri: string): boolean {
  const url = URL.canParse(redirectUri) ? new URL(redirectUri) : undefined;
  return url?.protocol === "http:" && loopbackHost.test(url.hostname);
}

/**
 * Whether a browser came here by going to the page: any page can make it ask for a picture or a frame. Whoever sends
 * no such header is no browser of today.
 */
function navigates({ headers }: IncomingMessage): boolean {
  const { "sec-fetch-dest": destination = "document", "sec-fetch-mode": mode = "navigate" } = headers;
  return destination === "document" && mode === "navigate";
}

/** Where to listen for a loopback redirect URL. */
export function listenAt(redirectUri: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(redirectUri);
  const host = hostname === "localhost" ? "127.0.0.1" : hostname.replace(/^\[|\]$/g, "");
  return { host, port: Number(port || 80) };
}

export interface Waiting<T> {
  readonly redirectUri: string;
  /** Where the browser begins; led to by `binding`'s start path. */
  readonly loginUrl: string;
  /** Absent where the person opens the login URL somewhere themselves. */
  readonly binding?: BrowserBinding;
  /** Checks the callback and finishes the login. */
  finish(callbackUrl: string): Promise<T>;
}

export interface CallbackListener<T> {
  /** What `finish` yields for the first callback that passes its check. */
  readonly done: Promise<T>;
  close(): Promise<void>;
}

/** Resolves when the answer is out, or its browser is gone. */
function answer(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  // Whoever has closed the page meanwhile closes it no second time.
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    response.once("close", resolve);
    response.writeHead(status, { ...pageHeaders, ...headers }).end(body);
  });
}

/**
 * Waits on the app's redirect URL for one login. Only the very path is a callback; what fails its check, or comes from
 * another browser than the one that we opened, consumes nothing, and no second callback is looked at while one is
 * being finished.
 * @throws Problem `port_in_use`
 */
export async function listenForCallback<T>(waiting: Waiting<T>): Promise<CallbackListener<T>> {
  const own = new URL(waiting.redirectUri);
  const { binding } = waiting;
  let busy = false;
  let settle: { resolve(value: T): void; reject(error: unknown): void } | undefined;
  const done = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  done.catch(() => undefined);

  async function callback(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!navigates(request)) return answer(response, 400, pages.mismatch);
    if (binding && !binding.owns(request)) return answer(response, 400, pages.otherBrowser);
    if (busy) return answer(response, 409, pages.mismatch);
    busy = true;
    try {
      const value = await waiting.finish(own.origin + request.url);
      await answer(response, 200, pages.done);
      settle?.resolve(value);
    } catch (error) {
      busy = !goesOn(error);
      await answer(response, 400, busy ? pages.failed : pages.mismatch);
      if (busy) settle?.reject(error);
    }
  }

  function start(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const cookie = binding?.begin(request);
    if (cookie === undefined) return answer(response, 410, pages.otherBrowser);
    return answer(response, 302, "", { location: waiting.loginUrl, "set-cookie": cookie });
  }

  const server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    const path = (request.url ?? "").split("?")[0];
    // A name that was made to point here is not ours (DNS rebinding).
    const ours = request.headers.host === own.host && request.method === "GET";
    if (ours && path === own.pathname) void callback(request, response);
    else if (ours && path === binding?.startPath) void start(request, response);
    else void answer(response, 404, pages.notHere);
  });
  await listening(server, waiting.redirectUri);
  return {
    done,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function listening(server: ReturnType<typeof createServer>, redirectUri: string): Promise<void> {
  const { host, port } = listenAt(redirectUri);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => resolve());
    });
  } catch (error) {
    const code = systemCode(error);
    if (code === "EADDRINUSE")
      throw new Problem(
        "port_in_use",
        `Port ${port}, where the broker sends the browser back, is in use.`,
        "Finish or end the other login, or the program that listens there, then run it again.",
      );
    throw new Problem(
      "port_in_use",
      `The redirect URL's port ${port} can't be listened on (${code || "unknown reason"}).`,
      "Register a redirect URL such as http://127.0.0.1:4702/callback and enter it with kunji app set.",
    );
  }
}
