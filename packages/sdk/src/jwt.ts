/** The last second that a `Date` can hold. */
const latest = 8_640_000_000_000;

/**
 * `exp` of a JWT in ms since 1970, UTC, read without verifying: for scheduling, never for trust.
 * `undefined` where the text is no JWT or says nothing usable.
 */
export function jwtEnd(token: string): number | undefined {
  try {
    const payload = token.split(".")[1] ?? "";
    const { exp } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as { exp?: unknown };
    return typeof exp === "number" && exp > 0 && exp <= latest ? exp * 1000 : undefined;
  } catch {
    // No JWT.
  }
  return undefined;
}
