import { createLocalJWKSet, type JWTPayload, jwtVerify } from "jose";
import { createSandbox } from "../../src/index.js";
import { formsOf } from "../support/form.js";

/** A weekday morning in India: no broker's daily end is near. */
export const MORNING = "2026-11-23T10:00:00+05:30";
export const MORNING_MS = Date.parse(MORNING);
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

type Broker = "ventura" | "autoshares" | "nuvama" | "zebu" | "rmoney";
type Keys = Record<string, string>;

export interface PresetUser {
  readonly username: string;
  readonly password: string;
  readonly totpSecret: string;
  readonly totp: string;
  readonly about: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, never trusted
  readonly json: any;
}

const ORIGIN = "http://127.0.0.1:4701";

/** A sandbox of its own, in this process, with its clock standing at MORNING. */
export async function openSandbox(file = ":memory:") {
  const sandbox = createSandbox({ file });

  async function request(url: string, init: RequestInit = {}): Promise<Reply> {
    const response = await sandbox.fetch(new URL(url, ORIGIN).href, { redirect: "manual", ...init });
    const text = await response.text();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    return { status: response.status, headers: response.headers, text, json };
  }
  const steer = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    const init =
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const reply = await request(`/_sandbox${path}`, { method, ...init });
    if (reply.status >= 300) throw new Error(`steering ${path}: ${reply.status} ${reply.text}`);
    return reply;
  };
  const at = async (ms: number): Promise<void> =>
    void (await steer("POST", "/clock", { now: new Date(ms).toISOString(), frozen: true }));
  await at(MORNING_MS);
  const presets = (await steer("GET", "/presets")).json;

  return {
    request,
    steer,
    /** Moves the clock to `ms` since 1970 and stops it there. */
    at,
    after: (ms: number) => at(MORNING_MS + ms),
    app: (broker: Broker, name: "cli" | "gateway" = "cli"): Keys => presets[broker].apps[name],
    /** A ready user; the current code is in `totp`. */
    user(broker: Broker, username?: string): PresetUser {
      const users: PresetUser[] = presets[broker].users;
      const found = username === undefined ? users[0] : users.find((one) => one.username === username);
      if (!found) throw new Error(`no user ${username} at ${broker}`);
      return found;
    },
    /** A call to a broker; a body that is no text is sent as JSON. */
    send(broker: Broker, method: string, path: string, headers: Record<string, string> = {}, body?: unknown) {
      const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
      return request(`/${broker}${path}`, { method, headers, ...(text === undefined ? {} : { body: text }) });
    },
    /** The login without a browser: where the browser would be sent. */
    async login(broker: Broker, params: Record<string, unknown>): Promise<URL> {
      return new URL((await steer("POST", `/${broker}/login`, params)).json.redirect);
    },
    /** A token's claims at MORNING; throws where it's not signed with the key that the broker shows. */
    async verified(broker: Broker, token: string): Promise<JWTPayload> {
      const { status, json } = await request(`/${broker}/.well-known/jwks.json`);
      if (status !== 200) throw new Error(`no keys of ${broker}: ${status}`);
      const rules = { algorithms: ["RS256"], currentDate: new Date(MORNING_MS) };
      return (await jwtVerify(token, createLocalJWKSet(json), rules)).payload;
    },
    ledger: async () => (await steer("GET", "/ledger")).json,
    /** For what no call can bring about. */
    world: sandbox.world,
    close: () => sandbox.close(),
  };
}
export type Box = Awaited<ReturnType<typeof openSandbox>>;

/** Fills the page's first form that has all these fields, and sends it by its first button. */
export async function submitForm(
  box: Box,
  pageUrl: string,
  html: string,
  fields: Record<string, string>,
): Promise<Reply> {
  const names = Object.keys(fields);
  const form = formsOf(html).find((one) => names.every((name) => one.fields.has(name)));
  if (!form) throw new Error(`no form with ${names.join(", ")}`);
  const data = new URLSearchParams(form.fields);
  const [button] = form.buttons;
  if (button) data.append(...button);
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return box.request(new URL(form.action || pageUrl, new URL(pageUrl, ORIGIN)).href, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: data.toString(),
  });
}

/** Registers an app by the portal's form; its keys, under the labels that the portal shows. */
export async function registerApp(
  box: Box,
  broker: Broker,
  fields: Record<string, string>,
): Promise<{ readonly keys: Record<string, string>; readonly card: string }> {
  const path = `/${broker}/portal`;
  const done = await submitForm(box, path, (await box.request(path)).text, fields);
  const card = done.text.split(/<section\b/).find((one) => one.includes(`<h2>${fields.name}</h2>`)) ?? "";
  const pairs = [...card.matchAll(/<dt>([^<]*)<\/dt><dd[^>]*>([^<]*)<\/dd>/g)];
  return { keys: Object.fromEntries(pairs.map(([, label, value]) => [label, value])), card };
}
