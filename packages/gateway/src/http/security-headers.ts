/** What every answer carries, errors and forwarded answers too. Pages replace the policy by one of their own. */
export type SecurityHeaders = Readonly<Record<string, string>>;

const always: SecurityHeaders = {
  "content-security-policy":
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** @param publicUrl where it is https, browsers are told to stay with that. */
export function securityHeaders(publicUrl: string): SecurityHeaders {
  if (!publicUrl.startsWith("https:")) return always;
  return { ...always, "strict-transport-security": "max-age=63072000" };
}
