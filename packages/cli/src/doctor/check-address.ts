import type { Context } from "../context.js";
import { steer } from "../sandbox-api.js";
import type { Finding } from "./finding.js";

const check = "address";

const loopback = /^(?:127\.|::1$)/;

/** The address that this machine's calls come from, as the sandbox sees it; none where it does not tell. */
export async function checkAddress(context: Context): Promise<Finding[]> {
  const seen = await steer(context, "GET", "address").catch(() => undefined);
  const address = seen?.address;
  if (typeof address !== "string") return [];
  const far = "run the sandbox on a host beyond your router or proxy to see the one that brokers see";
  return [
    {
      check,
      level: "ok",
      says: `The sandbox sees this machine as ${address}${loopback.test(address) ? `, since it runs here: ${far}.` : ": a broker that ties keys to an address sees the same from there."}`,
    },
  ];
}
