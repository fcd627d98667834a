/** Lower-case hex SHA-256 of the parts joined directly, as UTF-8. No separators: the brokers' recipes have none. */
export async function sha256Hex(...parts: readonly string[]): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(parts.join("")));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
