import type { Settings } from "./settings.js";

const shownHost = (host: string): string => (host.includes(":") ? `[${host}]` : host);
/** An address to reach a gateway by that listens on every address. */
const reachable = (host: string): string => (host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host);

/** Where the gateway of these settings is reached from its own machine. */
export const reachableUrl = ({ host, port }: Pick<Settings, "host" | "port">): string =>
  `http://${shownHost(reachable(host))}:${port}`;
