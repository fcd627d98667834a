/** The short code of a foreign error, `ECONNREFUSED` for one, wherever it hides; its words may hold anything. */
export function networkCode(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = "code" in at ? String(at.code) : "";
    if (/^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code;
    if (at.name === "TimeoutError") return "ETIMEDOUT";
  }
  return "no answer";
}
