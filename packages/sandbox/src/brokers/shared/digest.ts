import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest();

/** Lower-case hex SHA-256 of the parts, joined directly, as UTF-8. */
export function sha256Hex(...parts: readonly string[]): string {
  return digest(parts.join("")).toString("hex");
}

/** Whether two secrets are the same text; the time it takes does not tell where they differ. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

/** A number from 0 to `below` − 1 that is always the same for a text: for account numbers and the like. */
export function numberOf(text: string, below: number): number {
  return digest(text).readUInt32BE(0) % below;
}

/** A UUID that is always the same for a text: for what names a user for good. */
export function uuidOf(text: string): string {
  const hex = digest(text).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
