import { createHash } from "node:crypto";
import type { BrokerId } from "kunji";

/** What a login has brought: the app's keys under the broker's own names, the callback's parameters, the vendor's token. */
export interface Brought {
  readonly app: Readonly<Record<string, string>>;
  readonly back: URLSearchParams;
  readonly vendorToken: string;
}

const sha256 = (...parts: readonly (string | null | undefined)[]): string =>
  createHash("sha256").update(parts.join("")).digest("hex");

/** What follows from a broker's secrets alone, and is as good as they are; an empty list where nothing does. */
export const derivedSecrets: Readonly<Record<BrokerId, (brought: Brought) => readonly string[]>> = {
  // The same with every exchange.
  ventura: ({ app }) => [sha256(app.app_key, app.app_secret)],
  zebu: ({ app, back }) => [sha256(app.client_id, app.secret_key, back.get("code"))],
  rmoney: ({ app, back }) => [sha256(back.get("userId"), back.get("authCode"), app.apiSecret)],
  // The seam of what the browser's token is opened with: the end of one secret and the last half of another.
  nuvama: ({ app, vendorToken }) => [`${app.pwd?.slice(-8)}${vendorToken.slice(-16, -8)}`],
  autoshares: () => [],
};
