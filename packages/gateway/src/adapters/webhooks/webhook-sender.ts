import { lookup as systemLookup } from "node:dns/promises";
import { Webhook as Signer } from "standardwebhooks";
import { Agent, buildConnector, request } from "undici";
import type { WebhookMessage, WebhookOutcome, WebhookSender } from "../../ports/webhook-sender.js";
import { checkedConnector, type Lookup, TargetRefused } from "./checked-connector.js";
import { readRetryAfter } from "./retry-after.js";

export interface WebhookSenderOptions {
  /** `public`: https to the public internet alone. `any`: whatever the gateway's machine can reach. */
  readonly targets: "public" | "any";
  /** The clock on the wall, which receivers compare a signature's moment with; ms since 1970, UTC. */
  readonly now: () => number;
  /** All addresses of a name; the machine's own resolver by default. */
  readonly lookup?: Lookup | undefined;
  /** Connects to one address, which stands as the host. */
  readonly connect?: buildConnector.connector | undefined;
  /** For a message from the look-up to the answer, in ms; 10 seconds by default. */
  readonly timeoutMs?: number | undefined;
}

/** So much of an answer is read, and dropped; what comes after it is cut off. */
const answerLimit = 16_384;
const connectMs = 4_000;

const resolve: Lookup = async (name) =>
  (await systemLookup(name, { all: true })).map(({ address }) => address);

/** Sends signed messages, each over a connection of its own. Redirects are not followed. */
export function createWebhookSender({
  targets,
  now,
  lookup = resolve,
  connect = buildConnector({ timeout: connectMs, allowH2: false }),
  timeoutMs = 10_000,
}: WebhookSenderOptions): WebhookSender {
  const agent = new Agent({
    connect: targets === "public" ? checkedConnector(connect, lookup) : connect,
    pipelining: 0,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });

  function signedHeaders({ id, body, secret }: WebhookMessage) {
    const at = new Date(now());
    return {
      "content-type": "application/json",
      "user-agent": "kunji-gateway",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
      "webhook-signature": new Signer(secret.reveal()).sign(id, at, body),
    };
  }

  async function send(message: WebhookMessage): Promise<WebhookOutcome> {
    const signal = AbortSignal.timeout(timeoutMs);
    const { url, body } = message;
    const answer = await request(url, {
      dispatcher: agent,
      method: "POST",
      headers: signedHeaders(message),
      body,
      signal,
    });
    await answer.body.dump({ limit: answerLimit, signal }).catch(() => undefined);
    const retryAfterS = readRetryAfter(answer.headers["retry-after"], now());
    return { status: answer.statusCode, ...(retryAfterS !== undefined && { retryAfterS }) };
  }

  return {
    async send(message) {
      if (targets === "public" && URL.parse(message.url)?.protocol !== "https:")
        return { status: null, refused: true };
      try {
        return await send(message);
      } catch (error) {
        return { status: null, ...(error instanceof TargetRefused && { refused: true }) };
      }
    },
    close: () => agent.destroy(),
  };
}
