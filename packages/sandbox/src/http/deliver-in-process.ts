import { setTimeout as sleep } from "node:timers/promises";
import { bytesOf, type Delivery, endlessChunk, endlessPauseMs } from "../delivery.js";
import type { Bindings } from "./env.js";

/** As `fetch` fails when the other side goes away: a TypeError with the reason as its cause. */
const networkError = (message: string, code: string): TypeError =>
  new TypeError(message, { cause: Object.assign(new Error(message), { code }) });

function thenFail(bytes: Uint8Array, failure: TypeError): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent || bytes.byteLength === 0) return controller.error(failure);
      sent = true;
      controller.enqueue(bytes);
    },
  });
}

function blanks(mebibytes: number): ReadableStream<Uint8Array> {
  let left = mebibytes;
  return new ReadableStream({
    pull(controller) {
      if (left-- === 0) return controller.close();
      controller.enqueue(new Uint8Array(1_048_576).fill(32));
    },
  });
}

function neverEnding(start: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(start),
    async pull(controller) {
      await sleep(endlessPauseMs, undefined, { ref: false });
      controller.enqueue(endlessChunk.slice());
    },
  });
}

/** What `fetch` would show of this delivery, without a socket. A failure before the answer goes through `slot`. */
export async function deliverInProcess(
  slot: NonNullable<Bindings["inProcess"]>,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<Response> {
  const { kind, answer } = delivery;
  const bytes = bytesOf(answer);
  const response = (
    body: string | Uint8Array<ArrayBuffer> | ReadableStream | null,
    headers: Record<string, string> = {},
  ): Response => {
    const { status } = answer;
    const none = status === 204 || status === 205 || status === 304;
    return new Response(none ? null : body, { status, headers: { ...answer.headers, ...headers } });
  };
  switch (kind) {
    case "whole":
      return response(answer.body);
    case "late":
      await sleep(delivery.ms, undefined, { signal }).catch(() => undefined);
      return response(answer.body);
    case "reset": {
      if (delivery.sent === "nothing") {
        slot.failure = networkError("fetch failed", "ECONNRESET");
        return response(null);
      }
      if (delivery.sent === "all") return response(answer.body);
      const half = bytes.slice(0, Math.ceil(bytes.byteLength / 2));
      return response(thenFail(half, networkError("terminated", "ECONNRESET")));
    }
    case "length": {
      const length = Math.max(0, bytes.byteLength + delivery.by);
      const headers = { "content-length": String(length) };
      if (delivery.by <= 0) return response(bytes.slice(0, length), headers);
      return response(thenFail(bytes, networkError("terminated", "UND_ERR_SOCKET")), headers);
    }
    case "endless":
      return response(neverEnding(bytes));
    case "gzip":
      return response(blanks(delivery.mebibytes), { "content-encoding": "gzip" });
  }
}
