import { createHash } from "node:crypto";

/** `sha256:` and the first 16 hex digits of the value's SHA-256 (UTF-8): tells equal from unequal, shows nothing. */
export const fingerprint = (value: string): string =>
  `sha256:${createHash("sha256").update(value, "utf8").digest("hex").slice(0, 16)}`;
