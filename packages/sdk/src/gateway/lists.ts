import type { Caller } from "./call.js";
import type { CallOptions, List, PageQuery, SequenceQuery } from "./client.js";
import { ownError } from "./gateway-error.js";
import type { Listed } from "./types.js";

/** One page of what is listed under a path. */
async function pageOf<P extends Listed<unknown>>(
  caller: Caller,
  path: string,
  query: object | undefined,
  options: CallOptions | undefined,
): Promise<P> {
  const page = await caller.json<P>({ method: "GET", path, query, options });
  const whole = Array.isArray(page.items) && (page.next === null || typeof page.next === "string");
  if (!whole) throw ownError("answer_unreadable");
  return page;
}

/** All items from the query's place on, page by page; `place` is the member of the query that takes `next`. */
async function* eachOf<T, Q>(
  page: (query: Q) => Promise<Listed<T>>,
  place: "cursor" | "after",
  query: Q,
): AsyncGenerator<T, void, undefined> {
  let next: string | null = null;
  do {
    const asked: Q = next === null ? query : { ...query, [place]: next };
    const found: Listed<T> = await page(asked);
    yield* found.items;
    // A page that says it is followed by itself would never end.
    if (found.next !== null && found.next === next) throw ownError("answer_unreadable");
    next = found.next;
  } while (next !== null);
}

const listBy =
  (place: "cursor" | "after") =>
  <T, Q extends object, P extends Listed<T>>(caller: Caller, path: string): List<T, Q, P> => ({
    list: (query, options) => pageOf<P>(caller, path, query, options),
    each: (query = {} as Q, options) =>
      eachOf<T, Q>((asked) => pageOf<P>(caller, path, asked, options), place, query),
  });

/** A list whose pages are named by a cursor. */
export const pagedList = <T, Q extends PageQuery = PageQuery, P extends Listed<T> = Listed<T>>(
  caller: Caller,
  path: string,
): List<T, Q, P> => listBy("cursor")<T, Q, P>(caller, path);

/** A list that is read on by its items' sequence. */
export const sequenceList = <T>(caller: Caller, path: string): List<T, SequenceQuery> =>
  listBy("after")<T, SequenceQuery, Listed<T>>(caller, path);
