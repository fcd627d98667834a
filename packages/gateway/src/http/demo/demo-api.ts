import type { Secret } from "kunji";
import { Problem } from "../../domain/problem.js";

/** What the gateway has answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The answer's JSON; empty where it is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface DemoApi {
  /** Calls the gateway as an app's server does. `path` is under `/v1`. @throws Problem `unavailable` where no answer came */
  call(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
}

export interface DemoApiOptions {
  /** Where the gateway listens: an origin. */
  readonly url: string;
  readonly key: Secret;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

const limitMs = 30_000;

function objectOf(text: string): ApiAnswer["body"] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as ApiAnswer["body"]) : {};
  } catch {
    return {};
  }
}

/** The gateway's API as the demo's app uses it: over HTTP, with an API key. */
export const createDemoApi = ({ url, key, fetch }: DemoApiOptions): DemoApi => ({
  async call(method, path, body) {
    try {
      const answer = await fetch(`${url}/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key.reveal()}`,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(limitMs),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, text, body: objectOf(text) };
    } catch {
      throw new Problem("unavailable");
    }
  },
});
