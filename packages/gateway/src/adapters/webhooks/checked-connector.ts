import { isIP, type Socket } from "node:net";
import type { buildConnector } from "undici";
import { isPublicAddress } from "./public-address.js";

/** All addresses of a name. */
export type Lookup = (name: string) => Promise<readonly string[]>;

/** The host has an address that the gateway may not reach; nothing was sent. */
export class TargetRefused extends Error {
  override readonly name = "TargetRefused";

  constructor() {
    super("The host is not on the public internet.");
  }
}

async function checkedAddresses(host: string, lookup: Lookup): Promise<readonly string[]> {
  const bare = host.replace(/^\[|\]$/g, "");
  const addresses = isIP(bare) ? [bare] : await lookup(bare);
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) throw new TargetRefused();
  return addresses;
}

function connectOnce(connect: buildConnector.connector, options: buildConnector.Options): Promise<Socket> {
  return new Promise((resolve, reject) => {
    connect(options, (...[error, socket]) => (error ? reject(error) : resolve(socket)));
  });
}

async function connectToFirst(
  connect: buildConnector.connector,
  options: buildConnector.Options,
  addresses: readonly string[],
): Promise<Socket> {
  let last: unknown = new TargetRefused();
  for (const hostname of addresses) {
    try {
      return await connectOnce(connect, { ...options, hostname });
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

/**
 * Looks the host up, checks every address, and connects to these addresses and to no other: a name that changes between
 * look-ups has no second one to change. The certificate is still the name's.
 */
export function checkedConnector(
  connect: buildConnector.connector,
  lookup: Lookup,
): buildConnector.connector {
  return (options, callback) => {
    const servername = options.servername ?? (isIP(options.hostname) ? "" : options.hostname);
    checkedAddresses(options.hostname, lookup)
      .then((addresses) => connectToFirst(connect, { ...options, servername }, addresses))
      .then(
        (socket) => callback(null, socket),
        (error: unknown) => callback(error instanceof Error ? error : new TargetRefused(), null),
      );
  };
}
