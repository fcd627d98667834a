import ipaddr from "ipaddr.js";

/** Looks public and is none: Azure's machines reach their host's own service there. */
const hostServices = new Set(["168.63.129.16"]);
/** The only part of IPv6 that is given out for the public internet. */
const globalUnicast = ipaddr.IPv6.parse("2000::");

/**
 * Whether an address belongs to the public internet: no loopback, private, link-local, shared, reserved, multicast or
 * unspecified one, and no IPv6 address that carries another address within it (IPv4-mapped, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== "unicast" || hostServices.has(address.toString())) return false;
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast, 3);
}
