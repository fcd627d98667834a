import type { ServerState } from "../adapters/database/open-look.js";
import { connectionsOfOne } from "../adapters/database/postgres-connections.js";
import { type Found, fault, ok, warn } from "./finding.js";

/** Below it SQLite's log may not find room for a burst of logins, in bytes. */
const leastFree = 128 * 2 ** 20;

/** Sizes of a disk and of what lies on it, in bytes. */
export interface Disk {
  readonly free: number;
  readonly database: number;
}

const inSize = (bytes: number): string =>
  bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${Math.ceil(bytes / 2 ** 20)} MiB`;

/** Whether the disk has room for a SQLite database to grow, and to be copied. */
export function checkDisk({ free, database }: Disk): readonly Found[] {
  const says = `${inSize(free)} are free beside a database of ${inSize(database)}.`;
  if (free < leastFree)
    return [
      fault(says, "Make room on the disk of the data folder: a full one refuses every login and renewal."),
    ];
  if (free < database) return [warn(says, "Make room: a copy of the database does not fit beside it.")];
  return [ok(says)];
}

/** Whether PostgreSQL has connections left for one more gateway. What room its disk has, it does not tell. */
export function checkConnections({ connectionsLeft }: ServerState): readonly Found[] {
  const says = `PostgreSQL has ${connectionsLeft} connections left; a gateway takes up to ${connectionsOfOne}.`;
  if (connectionsLeft < 1) return [fault(says, "Raise max_connections, or end what holds them.")];
  if (connectionsLeft < connectionsOfOne)
    return [warn(says, "Raise max_connections before another gateway is started.")];
  return [ok(says)];
}
