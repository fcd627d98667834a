import { lookup as systemLookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { buildConnector } from "undici";
import { checkedConnector, type Lookup } from "../webhooks/checked-connector.js";

/** Which addresses a proxy may have: those of the public internet alone, or any. */
export type EgressTargets = "public" | "any";

const systemAddresses: Lookup = async (name) =>
  (await systemLookup(name, { all: true })).map(({ address }) => address);

/** Connects to proxies: every address is looked at before, at each connection. */
export function proxyConnector(
  connect: buildConnector.connector,
  targets: EgressTargets,
  lookup: Lookup = systemAddresses,
): buildConnector.connector {
  const checked = targets === "public" ? checkedConnector(connect, lookup) : connect;
  return (options, callback) => {
    // A server's name in TLS is no address.
    const { servername = "" } = options;
    checked(isIP(servername) === 0 ? options : { ...options, servername: "" }, callback);
  };
}
