// What each act of a connection's life writes, and what a connection takes on disk, on both databases: counts and bytes.
import { measured, measureStorage } from "../packages/gateway/test/size/support/measured-storage.ts";
import { kinds } from "../packages/gateway/test/size/support/storage-acts.ts";
import { Sentence } from "../scripts/settings.mjs";
import { storageTables } from "./support/storage-tables.mjs";

export const about =
  "[connections, 100, or short]: what a login, a renewal, an order and all else write to the database, and what a connection takes on disk";

function wished([first = "100"]) {
  if (first === "short")
    return { acts: 5, alone: 1, sizes: 5, daily: [2, 1], renewed: [2, 1], brokers: Object.values(kinds) };
  const acts = Number(first);
  if (!Number.isInteger(acts) || acts < 10)
    throw new Sentence("Say how many connections, 10 or more, such as 100.");
  return { acts, alone: 10, sizes: acts, daily: [10, 21], renewed: [10, 3] };
}

export async function run(args, { say, keep }) {
  const wish = wished(args);
  const databases = {};
  const each = () => Object.entries(databases);
  const figures = () => ({
    sound: each().every(([, { sound }]) => sound),
    versions: Object.fromEntries(each().map(([name, { version }]) => [name, version])),
    wish,
    databases,
  });
  for (const name of measured) {
    databases[name] = await measureStorage(name, wish, say);
    keep(figures());
  }
  return figures();
}

/** For the page of all figures. */
export const table = ({ databases }) => ({ tables: storageTables(databases) });
