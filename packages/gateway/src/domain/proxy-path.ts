const before = "/v1/connections/";
const mark = "/proxy/";

/**
 * The broker's path and query out of a request's own address, to the letter; `undefined` where the address is spelled
 * in any other way than `/v1/connections/<id>/proxy/<path>`.
 */
export function pathAfterProxy(url: string): string | undefined {
  if (!url.startsWith(before)) return undefined;
  const slash = url.indexOf("/", before.length);
  return slash > 0 && url.startsWith(mark, slash) ? url.slice(slash + mark.length - 1) : undefined;
}
