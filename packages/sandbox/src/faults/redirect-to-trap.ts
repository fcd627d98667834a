import type { Answer } from "../broker.js";
import type { Hit } from "./fault.js";

export const trapPath = "/_sandbox/trap";

/** The trap's URL: this server under its other loopback name, which is another origin. */
function trapUrl(here: URL): string {
  const there = new URL(trapPath, here);
  there.hostname = here.hostname === "127.0.0.1" ? "localhost" : "127.0.0.1";
  return there.href;
}

export const redirectToTrap =
  (status: number) =>
  ({ here }: Hit): Answer => ({ status, headers: { location: trapUrl(here) }, body: "" });
