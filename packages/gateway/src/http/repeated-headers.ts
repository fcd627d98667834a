/**
 * Whether `Host` or `Authorization` comes twice: a proxy before the gateway may have gone by the other one.
 * @param rawHeaders names and values in turn
 */
export function repeatsHeader(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  let keys = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    // Every request passes here: most names are told apart by their length.
    if (name.length === 4 && name.toLowerCase() === "host") hosts++;
    else if (name.length === 13 && name.toLowerCase() === "authorization") keys++;
  }
  return hosts > 1 || keys > 1;
}
