import type { Secret } from "kunji";
import { Webhook } from "standardwebhooks";
import { Problem } from "../../domain/problem.js";

/** A webhook that was received and whose signature holds. */
export interface ReceivedWebhook {
  /** The event's id: the same where one was sent again. */
  readonly id: string;
  /** What was sent: JSON, as an object. */
  readonly payload: unknown;
}

export interface ReceivedWebhooks {
  /** @throws Problem `request_invalid` where the signature does not hold, or is too old for the clock on the wall */
  receive(body: string, headers: Readonly<Record<string, unknown>>): void;
  /** Newest first. */
  list(): readonly ReceivedWebhook[];
}

const kept = 100;

/** The last hundred webhooks of this process. One that is sent again counts once. */
export function createReceivedWebhooks(secret: Secret): ReceivedWebhooks {
  const verifier = new Webhook(secret.reveal());
  const received: ReceivedWebhook[] = [];
  return {
    receive(body, headers) {
      const named = (name: string) => (typeof headers[name] === "string" ? headers[name] : "");
      const id = named("webhook-id");
      let payload: unknown;
      try {
        payload = verifier.verify(body, {
          "webhook-id": id,
          "webhook-timestamp": named("webhook-timestamp"),
          "webhook-signature": named("webhook-signature"),
        });
      } catch {
        throw new Problem("request_invalid", { detail: "The webhook's signature does not hold." });
      }
      if (received.some((other) => other.id === id)) return;
      received.unshift({ id, payload });
      received.length = Math.min(received.length, kept);
    },
    list: () => [...received],
  };
}
