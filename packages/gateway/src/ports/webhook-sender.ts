import type { Secret } from "kunji";

/** One message to a receiver. */
export interface WebhookMessage {
  readonly url: string;
  /** The event's id, the same at every try: receivers know by it what they have had before. */
  readonly id: string;
  /** JSON */
  readonly body: string;
  /** Signs the message: `whsec_…`. */
  readonly secret: Secret;
}

/** What became of a message. */
export interface WebhookOutcome {
  /** The receiver's HTTP status; `null` where no answer came in time. */
  readonly status: number | null;
  /** What the receiver asked for by `Retry-After`, in s. */
  readonly retryAfterS?: number | undefined;
  /** True where nothing was sent, because the gateway may not reach that address. */
  readonly refused?: boolean | undefined;
}

/** Signs messages by the Standard Webhooks scheme and sends them. */
export interface WebhookSender {
  /** Sends once. It does not reject for what the receiver or the network does. */
  send(message: WebhookMessage): Promise<WebhookOutcome>;
  /** Gives its connections back. */
  close(): Promise<void>;
}
