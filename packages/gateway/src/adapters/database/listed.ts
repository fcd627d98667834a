import type { CompiledQuery } from "kysely";
import type { Listed, Page } from "../../ports/page.js";

/** A query whose rows can be put in the order of their ids. */
interface ById<T> {
  where(column: "id", operator: ">", value: string): ById<T>;
  orderBy(column: "id"): ById<T>;
  limit(rows: number): ById<T>;
  execute(): Promise<T[]>;
  compile(): CompiledQuery<T>;
}

/** A page out of one row more than was asked for: the row too many tells that there is another page. */
export function listed<T extends { readonly id: string }>(rows: readonly T[], limit: number): Listed<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? { id: last.id } : null };
}

/** The query with a page's bounds, in the order of ids: it asks for one row more than the page holds. */
export function pageById<T>(query: ById<T>, { limit, after }: Page): ById<T> {
  const begun = after ? query.where("id", ">", after.id) : query;
  return begun.orderBy("id").limit(limit + 1);
}

/** One page of a query's rows, in the order of their ids. */
export async function listById<R, T extends { readonly id: string }>(
  query: ById<R>,
  page: Page,
  from: (row: R) => T,
): Promise<Listed<T>> {
  const rows = await pageById(query, page).execute();
  return listed(rows.map(from), page.limit);
}
