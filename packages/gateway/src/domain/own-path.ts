/**
 * The path that an address asks to be led to, where it is one of the gateway's own; else `/`. A browser reads `//host` and
 * `/\host` as other hosts, and drops tabs and line feeds before it reads.
 */
export function ownPath(text: unknown): string {
  if (typeof text !== "string" || text.length > 2_000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(text)) return "/";
  const own = "http://own.invalid";
  try {
    const url = new URL(text, own);
    const path = `${url.pathname}${url.search}`;
    return url.origin === own && !path.startsWith("//") && !/^\/sign-(?:in|out)\b/.test(path) ? path : "/";
  } catch {
    return "/";
  }
}
