import { Secret } from "kunji";
import { hashOf } from "../../domain/hashed.js";
import { newToken } from "../../domain/random-text.js";
import type { Ports } from "../../ports/ports.js";
import type { BrowserCookie } from "./login-step.js";

/** How long a login's cookie lives, in seconds. */
const cookieS = 600;

/**
 * The cookie that binds a browser to its one login at an app. On https it has the prefix that ties it to this host; only a
 * gateway on a loopback address goes without.
 */
export const cookieName = ({ publicUrl }: Pick<Ports, "publicUrl">, handle: string): string =>
  `${publicUrl.startsWith("https:") ? "__Host-" : ""}kunji_${handle}`;

/** A browser that begins a login, and the hash that knows it again. */
export interface BoundBrowser {
  readonly cookie: BrowserCookie;
  readonly browserHash: string;
}

export const browserHashOf = (cookie: string): string =>
  Buffer.from(hashOf("browser", new Secret(cookie))).toString("hex");

/** Minted anew for each login, so that a value that was planted before opens nothing. */
export function bindBrowser(ports: Pick<Ports, "publicUrl" | "randomBytes">, handle: string): BoundBrowser {
  const value = newToken(ports.randomBytes).reveal();
  return {
    cookie: { name: cookieName(ports, handle), value, maxAgeS: cookieS },
    browserHash: browserHashOf(value),
  };
}

/** Takes the cookie away: the login is over. */
export const releaseBrowser = (ports: Pick<Ports, "publicUrl">, handle: string): BrowserCookie => ({
  name: cookieName(ports, handle),
  value: "",
  maxAgeS: 0,
});
