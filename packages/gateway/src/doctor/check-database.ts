import type { Following, ServerState, TablesState } from "../adapters/database/open-look.js";
import { oldestVersion } from "../adapters/database/postgres-version.js";
import { type Found, fault, ok, warn } from "./finding.js";

/** How many followers a change waits for: `a, b` names one, `FIRST 2 (a, b)` and `ANY 2 (a, b)` two. */
const awaited = (names: string): number => Number(/^(?:(?:first|any)\s+)?(\d+)\s*\(/i.exec(names)?.[1] ?? 1);

/** Whether the followers that changes wait for are there. */
function checkFollowing({ names, synchronous, unseen }: Following): readonly Found[] {
  const needed = awaited(names);
  if (names === "" || synchronous >= needed) return [];
  if (unseen > 0 && synchronous + unseen >= needed)
    return [
      warn(
        `Whether the follower that changes wait for is there (synchronous_standby_names = ${names}), this role may not see.`,
        "Give the gateway's role pg_read_all_stats.",
      ),
    ];
  const there = `${synchronous + unseen} of the ${needed} are`;
  return [
    fault(
      `Changes wait for a follower that isn't there: synchronous_standby_names = ${names}${needed > 1 ? `, and ${there} there` : ""}.`,
      "Bring the follower back. Or, until a new one is there, let this server go on alone: `alter system set synchronous_standby_names = ''` and `select pg_reload_conf()`, as its superuser.",
    ),
  ];
}

/** Whether the database can serve a gateway. */
export function checkServer(server: ServerState | undefined): readonly Found[] {
  if (!server) return [ok("The SQLite file can be read.")];
  const { version, versionNumber, standby, fenced, unsafe, following } = server;
  if (versionNumber < oldestVersion)
    return [fault(`PostgreSQL ${version} is too old.`, `Use version ${oldestVersion / 10_000} or later.`)];
  if (standby)
    return [
      fault(
        `PostgreSQL ${version} answers, and takes no changes: it is a standby.`,
        "Let DATABASE_URL lead to the primary, or promote this one.",
      ),
    ];
  if (fenced)
    return [
      fault(
        `PostgreSQL ${version} answers, and takes no changes: default_transaction_read_only is on.`,
        "Let DATABASE_URL lead to the server that was promoted. Where none was, turn default_transaction_read_only off, for the server, the database and the role.",
      ),
    ];
  return [
    ok(`PostgreSQL ${version} answers.`),
    ...unsafe.map((name) =>
      fault(
        `PostgreSQL runs with ${name} off: a crash takes back renewals that brokers have made.`,
        `Turn ${name} on.`,
      ),
    ),
    ...checkFollowing(following),
  ];
}

/** Whether the tables are those of this version. */
export function checkTables({ had, lacking, foreign }: TablesState): readonly Found[] {
  if (had === 0)
    return [
      warn(
        "The database is empty.",
        "Start the gateway once: it makes its tables. Is it the right database?",
      ),
    ];
  if (foreign > 0)
    return [
      fault("The tables are a later version's.", "Run that version, or restore a copy from before it."),
    ];
  if (lacking > 0)
    return [
      fault(
        `The tables are an earlier version's: ${lacking === 1 ? "1 migration is" : `${lacking} migrations are`} missing.`,
        "Start the gateway of this version once.",
      ),
    ];
  return [ok(`The tables are this version's (${had} migrations).`)];
}

/** What is said of a data folder in which no gateway has been started yet. */
export const noDatabase: readonly Found[] = [
  warn(
    "There is no database in the data folder.",
    "Start the gateway once: it makes one. Is it the right KUNJI_DATA?",
  ),
];
