import { createHash } from "node:crypto";
import { onTestFinished } from "vitest";
import { createSandbox, type SandboxOptions } from "../../src/index.js";

/** Saturday 21 November 2026, 18:00 in India. */
export const start = Date.parse("2026-11-21T18:00:00+05:30");

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

interface PresetBroker {
  app: Record<string, string>;
  apps: { cli: Record<string, string>; gateway: Record<string, string> };
  users: { username: string; password: string; totpSecret: string; about: string; totp: string }[];
}

/** A sandbox on a free port, with a wall clock that stands at `start`, and the calls that tests make of it. */
export async function rig(options: SandboxOptions = {}) {
  const complaints: string[] = [];
  const sandbox = createSandbox({
    now: () => start,
    complain: (line) => void complaints.push(line),
    ...options,
  });
  onTestFinished(() => sandbox.close());
  const { origin, port } = await sandbox.listen({ port: 0 });
  const json = async (response: Promise<Response>) => {
    const answer = await response;
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(origin + path, {
      method,
      redirect: "manual",
      headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  const get = (path: string) => json(send("GET", path));
  const post = (path: string, body?: unknown) => json(send("POST", path, body));
  const presets = async () =>
    (await (await send("GET", "/_sandbox/presets")).json()) as Record<string, PresetBroker>;

  /** Logs a user in at Zebu without a browser; the code of the redirect. */
  async function zebuCode(username = "ZP0001"): Promise<string> {
    const { body } = await post("/_sandbox/zebu/login", { client_id: "ABC", username });
    return new URL(String(body.redirect)).searchParams.get("code") ?? "";
  }
  const exchangeRequest = (code: string) => ({ code, checksum: sha256(`ABC123${code}`) });
  const exchangePath = "/zebu/NorenWClientAPI/GenAcsTok";
  /** Logs in at Zebu and exchanges the code; the answer is not read. */
  const exchange = async (username?: string) =>
    send("POST", exchangePath, exchangeRequest(await zebuCode(username)));
  async function zebuToken(username?: string): Promise<string> {
    const answer = (await (await exchange(username)).json()) as { access_token: string };
    return answer.access_token;
  }
  const quote = (token: string, username = "ZP0001") =>
    send(
      "POST",
      "/zebu/NorenWClientAPI/GetQuotes",
      { uid: username, exch: "NSE", token: "2885" },
      { authorization: `Bearer ${token}` },
    );
  const ledger = async (query = "") =>
    (await (await send("GET", `/_sandbox/ledger${query}`)).json()) as Record<string, unknown>[];

  return {
    sandbox,
    origin,
    port,
    complaints,
    send,
    get,
    post,
    presets,
    zebuCode,
    exchangeRequest,
    exchangePath,
    exchange,
    zebuToken,
    quote,
    ledger,
  };
}
export type Rig = Awaited<ReturnType<typeof rig>>;
