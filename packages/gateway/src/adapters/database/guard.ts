import type { DatabaseConnection, Dialect, Driver } from "kysely";
import { StoreProblem } from "../../ports/store-problem.js";

const busy = /^(?:40001|40P01|55P03|57014|SQLITE_BUSY.*|SQLITE_LOCKED.*)$/;
const refusedLogin = /^(?:28...|3D000)$/;
const away = /^(?:08...|25P0[34]|57P0.|53...|E[A-Z]{3,}|ERR_(?:TLS|SSL)_.*|[A-Z_]*CERT[A-Z_]*)$/;
const readOnly = "25006";
const databaseCode = /^(?:[0-9A-Z]{5}|SQLITE_[A-Z_]+)$/;
/** The driver says these in words alone. */
const awayInWords =
  /^(?:Connection terminated|timeout e(?:xceeded|xpired)|Query read timeout|Client (?:has encountered|was closed)|The server does not support SSL)/;

function textAt(error: unknown, field: "code" | "message"): string {
  const value: unknown = typeof error === "object" && error !== null ? Reflect.get(error, field) : undefined;
  return typeof value === "string" ? value : "";
}

/** What a driver threw, in our own words: its message may hold a password or a value. */
export function problemOf(error: unknown): StoreProblem {
  if (error instanceof StoreProblem) return error;
  const code = textAt(error, "code");
  const known = databaseCode.test(code) ? code : null;
  if (busy.test(code))
    return new StoreProblem("store_busy", "The database is busy with another change. Try again.", known);
  if (refusedLogin.test(code))
    return new StoreProblem(
      "store_unreachable",
      "The database refuses the gateway. Check the user, the password and the database's name in DATABASE_URL.",
      known,
    );
  if (code === readOnly)
    return new StoreProblem(
      "store_unreachable",
      "The database takes no changes: it stands by for another one, or was fenced off. Check that DATABASE_URL names the primary.",
      readOnly,
    );
  if (away.test(code) || awayInWords.test(textAt(error, "message")))
    return new StoreProblem(
      "store_unreachable",
      "The database does not answer. Check that it runs and that DATABASE_URL names its host and port.",
      known,
    );
  return new StoreProblem("store_failed", "The database could not carry out a statement.", known);
}

/** Runs the work, and throws what it throws as a `StoreProblem`. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw problemOf(error);
  }
}

const guardedConnections = new WeakSet<DatabaseConnection>();

function guardConnection(connection: DatabaseConnection): DatabaseConnection {
  if (guardedConnections.has(connection)) return connection;
  const execute = connection.executeQuery.bind(connection);
  connection.executeQuery = (query, options) => guarded(() => execute(query, options));
  guardedConnections.add(connection);
  return connection;
}

function guardDriver(driver: Driver): Driver {
  const acquire = driver.acquireConnection.bind(driver);
  driver.acquireConnection = async (options) => guardConnection(await guarded(() => acquire(options)));
  return driver;
}

/** The same dialect, whose every failure is a `StoreProblem`. */
export function guardDialect(dialect: Dialect): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => guardDriver(dialect.createDriver()),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}
