import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSandbox } from "@kunji/sandbox";
import type { BrokerId, Secret } from "kunji";
import { createLog } from "../../../src/adapters/signals/pino-log.js";
import { type Gateway, openGateway } from "../../../src/gateway.js";
import { readSettings } from "../../../src/settings.js";
import { newPerson, type Person } from "../../browser/support/person.js";
import { friday, publicUrl, returnUrl } from "../../support/world.js";

/** An answer of the gateway's, with what was asked. */
export interface Answer {
  readonly asked: string;
  readonly status: number;
  readonly headers: string;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it has asked for
  readonly json: any;
}

export interface Ask {
  readonly body?: unknown;
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The whole gateway as it is started, with a sandbox that plays the brokers. */
export interface WholeGateway {
  readonly gateway: Gateway;
  readonly data: string;
  readonly sandboxUrl: string;
  // biome-ignore lint/suspicious/noExplicitAny: the sandbox's own text
  readonly presets: any;
  /** Every line of the log, and every sentence for the operator. */
  readonly written: string[];
  readonly answers: Answer[];
  /** With the operator's API key where none is named. */
  ask(method: string, path: string, ask?: Ask): Promise<Answer>;
  person(): Person;
  /** Writes the sandbox's ready app down, and its callback at the broker's portal. */
  addApp(broker: BrokerId): Promise<Answer>;
  /** The login at the sandbox without its page: where the browser is sent back to. */
  logIn(broker: BrokerId, loginUrl: string): Promise<string>;
  sandbox(method: string, path: string, body?: unknown): Promise<unknown>;
  moveClock(ms: number): void;
  moveMonotonic(ms: number): void;
  close(): Promise<void>;
}

export interface WholeOptions {
  /** What is set besides a port, a folder and the sandbox. */
  readonly env?: Readonly<Record<string, string>>;
  /** What brokers are reached by. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  readonly randomBytes?: (length: number) => Uint8Array;
  /** Whether it does its work by itself; it doesn't by default. */
  readonly background?: boolean;
}

export async function openWhole({
  env = {},
  fetch: reach,
  randomBytes,
  background = false,
}: WholeOptions = {}): Promise<WholeGateway> {
  let moved = 0;
  let monotonic = 0;
  const now = () => friday + moved;
  const data = await mkdtemp(join(tmpdir(), "kunji-whole-"));
  const sandbox = createSandbox({ now, urls: { gateway: publicUrl } });
  const { origin: sandboxUrl } = await sandbox.listen({ host: "127.0.0.1", port: 0 });
  const written: string[] = [];
  const note = (line: string) => void written.push(line);
  const settings = readSettings({
    KUNJI_PORT: "0",
    KUNJI_PUBLIC_URL: publicUrl,
    KUNJI_DATA: data,
    KUNJI_SANDBOX_URL: sandboxUrl,
    KUNJI_WEBHOOK_TARGETS: "any",
    KUNJI_RATE_PER_ADDRESS: "off",
    ...env,
  });
  const gateway = await openGateway({
    settings,
    version: "0.0.0",
    now,
    monotonicMs: () => performance.now() + monotonic,
    background,
    ...(reach && { fetch: reach }),
    ...(randomBytes && { randomBytes }),
    log: createLog({ level: "debug", stream: { write: note } }),
    say: note,
  }).catch(async (error: unknown) => {
    await sandbox.close();
    throw error;
  });
  const answers: Answer[] = [];
  const own = (gateway.apiKey as Secret).reveal();

  async function steer(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await sandbox.fetch(`${sandboxUrl}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    const text = await answer.text();
    return text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text;
  }
  const presets = await steer("GET", "/_sandbox/presets");

  const whole: WholeGateway = {
    gateway,
    data,
    sandboxUrl,
    presets,
    written,
    answers,
    async ask(method, path, { body, key = own, headers = {} } = {}) {
      const answer = await fetch(`${gateway.url}${path}`, {
        method,
        redirect: "manual",
        headers: {
          ...(key !== "" && { authorization: `Bearer ${key}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
      const isJson = /json/.test(answer.headers.get("content-type") ?? "");
      const seen = {
        asked: `${method} ${path}`,
        status: answer.status,
        headers: lines,
        text,
        json: isJson && text ? JSON.parse(text) : undefined,
      };
      answers.push(seen);
      return seen;
    },
    person: () => newPerson(gateway.server),
    async addApp(broker) {
      const { redirect_url: _, ...keys } = whole.presets[broker].apps.gateway;
      const app = await whole.ask("PUT", `/v1/apps/${broker}`, {
        body: { broker, environment: "sandbox", keys, return_urls: [returnUrl] },
      });
      const { callback_url } = app.json;
      if (callback_url)
        await steer("POST", `/${broker}/portal/apps/${broker}-gateway`, { redirect_url: callback_url });
      return app;
    },
    async logIn(broker, loginUrl) {
      const parameters = Object.fromEntries(new URL(loginUrl).searchParams);
      const { username } = whole.presets[broker].users[0];
      const answer = await steer("POST", `/_sandbox/${broker}/login`, { ...parameters, username });
      return (answer as { redirect: string }).redirect;
    },
    sandbox: steer,
    moveClock(ms) {
      moved += ms;
    },
    moveMonotonic(ms) {
      monotonic += ms;
    },
    async close() {
      await gateway.close();
      await sandbox.close();
      await rm(data, { recursive: true, force: true });
    },
  };
  return whole;
}
