import type { RandomBytes } from "./random-text.js";

/** A number of chance from 0 up to, but not including, 1: it keeps what is due together from being done together. */
export const jitter = (randomBytes: RandomBytes): number =>
  new DataView(randomBytes(4).slice().buffer).getUint32(0) / 2 ** 32;
