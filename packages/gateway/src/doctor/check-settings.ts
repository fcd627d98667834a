import { isLoopback } from "../http/host-check.js";
import type { Settings } from "../settings.js";
import { type Found, fault, ok, warn } from "./finding.js";

/** The settings, as far as they can be judged by themselves. */
export function checkSettings(
  settings: Settings | undefined,
  faults: ReadonlyMap<string, string>,
  unknown: readonly string[],
): readonly Found[] {
  const wrong = [...faults.values()].map((sentence) =>
    fault(sentence, "The gateway does not start with it."),
  );
  const slips = unknown.map((name) =>
    warn(`${name} is no setting.`, "Look at its spelling: kunji-gateway --help"),
  );
  const proxied =
    settings?.publicUrl?.startsWith("https:") === true && settings.trustedProxies.length === 0
      ? [
          warn(
            "Something stands before the gateway, since its public URL is https, and KUNJI_TRUSTED_PROXIES names nobody.",
            "Name its address there, or all visitors share one address's limit.",
          ),
        ]
      : [];
  const demo =
    settings?.demo === true && !isLoopback(new URL(settings.publicUrl ?? "http://127.0.0.1").hostname)
      ? [warn("The demo's pages are open to whoever reaches the public URL.", "Leave KUNJI_DEMO out.")]
      : [];
  const found = [...wrong, ...slips, ...proxied, ...demo];
  return found.length > 0 ? found : [ok("Every setting can be used.")];
}
