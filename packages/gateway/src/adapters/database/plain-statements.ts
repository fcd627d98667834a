import type { Traits } from "./dialect.js";

/** Names for a statement, each in quotes. They are this program's or the database's, and never a caller's. */
export const listOf = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

/** So many places for values, after those that a statement has already. */
export const placeholders = ({ name }: Traits, before: number, count: number): string =>
  Array.from({ length: count }, (_, i) => (name === "postgres" ? `$${before + i + 1}` : "?")).join(", ");
