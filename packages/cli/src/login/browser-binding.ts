import type { IncomingMessage } from "node:http";
import type { Io } from "../io.js";

const cookieName = "kunji_login";

/**
 * Ties a login to the browser that we opened. It is sent to a start address of ours, which hands out a cookie and
 * leads on to the broker; the callback must bring the cookie back. So the broker's login URL, which may hold a vendor
 * session, is in no list of processes either.
 */
export interface BrowserBinding {
  /** The path to open; it holds no secret of a broker. */
  readonly startPath: string;
  /** The cookie to set; `undefined` for a browser other than the first that came. */
  begin(request: IncomingMessage): string | undefined;
  /** Whether a request comes from that browser. */
  owns(request: IncomingMessage): boolean;
}

/** The cookie goes to the callback's path and below it, where the start address is, and to nothing else on this host. */
export function bindBrowser(io: Io, redirectUri: string): BrowserBinding {
  const { pathname } = new URL(redirectUri);
  // A `;` would end the attribute.
  const path = pathname.includes(";") ? "/" : pathname;
  const hex = () => Buffer.from(io.randomBytes(16)).toString("hex");
  const value = hex();
  let begun = false;
  const owns = ({ headers }: IncomingMessage) =>
    begun && (headers.cookie ?? "").split(/;\s*/).includes(`${cookieName}=${value}`);
  return {
    startPath: `${path.replace(/\/$/, "")}/start/${hex()}`,
    owns,
    begin(request) {
      if (begun && !owns(request)) return undefined;
      begun = true;
      return `${cookieName}=${value}; Path=${path}; HttpOnly; SameSite=Lax; Max-Age=600`;
    },
  };
}
