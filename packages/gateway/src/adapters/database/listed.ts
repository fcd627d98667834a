import type { Listed } from "../../ports/page.js";

/** A page out of one row more than was asked for: the row too many tells that there is another page. */
export function listed<T extends { readonly id: string }>(rows: readonly T[], limit: number): Listed<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? { id: last.id } : null };
}
