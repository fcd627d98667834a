import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { bytesOf, type Delivery, endlessChunk, endlessPauseMs } from "../delivery.js";

const bombs = new Map<number, Uint8Array>();
function bomb(mebibytes: number): Uint8Array {
  const known = bombs.get(mebibytes) ?? gzipSync(Buffer.alloc(mebibytes * 1_048_576, " "));
  bombs.set(mebibytes, known);
  return known;
}

const written = (outgoing: ServerResponse, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve) => outgoing.write(bytes, () => resolve()));

/** Waits, but no longer than the client does. */
async function waitFor(outgoing: ServerResponse, ms: number): Promise<void> {
  if (outgoing.destroyed) return;
  const gone = new AbortController();
  const leave = () => gone.abort();
  outgoing.once("close", leave);
  await sleep(ms, undefined, { signal: gone.signal }).catch(() => undefined);
  outgoing.off("close", leave);
}

async function endless(outgoing: ServerResponse): Promise<void> {
  while (!outgoing.destroyed) {
    if (!outgoing.write(endlessChunk)) {
      await Promise.race([
        new Promise((resolve) => outgoing.once("drain", resolve)),
        new Promise((resolve) => outgoing.once("close", resolve)),
      ]);
    }
    await waitFor(outgoing, endlessPauseMs);
  }
}

/** Sends an answer over a socket, as wrong as the delivery says. */
export async function deliverToSocket(outgoing: ServerResponse, delivery: Delivery): Promise<Response> {
  const { kind, answer } = delivery;
  const bytes = bytesOf(answer);
  switch (kind) {
    case "late":
      await waitFor(outgoing, delivery.ms);
      if (outgoing.destroyed) return RESPONSE_ALREADY_SENT;
      return new Response(noBody(answer.status) ? null : answer.body, answer);
    case "whole":
      return new Response(noBody(answer.status) ? null : answer.body, answer);
    case "reset":
      if (delivery.sent !== "nothing") {
        const part = delivery.sent === "half" ? Math.ceil(bytes.byteLength / 2) : bytes.byteLength;
        outgoing.shouldKeepAlive = false;
        outgoing.writeHead(answer.status, { ...answer.headers, "content-length": bytes.byteLength });
        await written(outgoing, bytes.subarray(0, part));
        // A reset throws away what the other side has not read yet.
        await waitFor(outgoing, 50);
      }
      outgoing.socket?.resetAndDestroy();
      return RESPONSE_ALREADY_SENT;
    case "length": {
      const length = Math.max(0, bytes.byteLength + delivery.by);
      outgoing.shouldKeepAlive = false;
      outgoing.writeHead(answer.status, { ...answer.headers, "content-length": length });
      await written(outgoing, bytes);
      outgoing.socket?.end();
      return RESPONSE_ALREADY_SENT;
    }
    case "endless":
      outgoing.writeHead(answer.status, answer.headers);
      await written(outgoing, bytes);
      void endless(outgoing);
      return RESPONSE_ALREADY_SENT;
    case "gzip": {
      const packed = bomb(delivery.mebibytes);
      const headers = { ...answer.headers, "content-encoding": "gzip", "content-length": packed.byteLength };
      outgoing.writeHead(answer.status, headers);
      outgoing.end(packed);
      return RESPONSE_ALREADY_SENT;
    }
  }
}

/** These statuses forbid a body. */
const noBody = (status: number): boolean => status === 204 || status === 205 || status === 304;
