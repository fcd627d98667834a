import type { Settings } from "./settings.js";

/** The origin of a gateway that listens there; an IPv6 address gets its brackets. */
export const urlOf = (host: string, port: number): string =>
  `http://${host.includes(":") ? `[${host}]` : host}:${port}`;

/** An address to reach a gateway by that listens on every address. */
const reachable = (host: string): string => (host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host);

/** Where the gateway of these settings is reached from its own machine. */
export const reachableUrl = ({ host, port }: Pick<Settings, "host" | "port">): string =>
  urlOf(reachable(host), port);
