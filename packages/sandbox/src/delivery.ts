import type { Answer } from "./broker.js";

/**
 * How an answer goes out. `whole` is the honest one; the others are what a network, a proxy or a hostile server does.
 * A socket and an in-process call each have a renderer of their own.
 */
export type Delivery =
  | { readonly kind: "whole"; readonly answer: Answer }
  /** The whole answer, `ms` later on the wall's clock; dropped when the client goes. */
  | { readonly kind: "late"; readonly answer: Answer; readonly ms: number }
  /** The connection is reset before the first byte, in the middle of the body, or behind its last byte. */
  | { readonly kind: "reset"; readonly answer: Answer; readonly sent: "nothing" | "half" | "all" }
  /** `content-length` is off by `by` bytes; then the connection is closed. */
  | { readonly kind: "length"; readonly answer: Answer; readonly by: number }
  /** The body goes on until the client goes. */
  | { readonly kind: "endless"; readonly answer: Answer }
  /** Few bytes on the wire, gzip, that unpack to `mebibytes` MiB of blanks. */
  | { readonly kind: "gzip"; readonly answer: Answer; readonly mebibytes: number };

const encoder = new TextEncoder();
export const bytesOf = (answer: Answer): Uint8Array => encoder.encode(answer.body);

/** What an endless body repeats after its honest start. */
export const endlessChunk: Uint8Array = encoder.encode(" ".repeat(16_384));
/** The pause between two chunks, in ms. */
export const endlessPauseMs = 5;
