import {
  CamelCasePlugin,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { postgres, sqlite } from "../../../src/adapters/database/dialect.js";
import type { Place, Tables } from "../../../src/adapters/database/tables.js";

const parts = {
  sqlite: [SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sqlite],
  postgres: [PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, postgres],
} as const;

/** A place whose queries are read instead of run. */
export function paper(name: keyof typeof parts): Place {
  const [Adapter, Introspector, Compiler, traits] = parts[name];
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new Adapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (of) => new Introspector(of),
      createQueryCompiler: () => new Compiler(),
    },
    plugins: [new CamelCasePlugin()],
  });
  return { db, traits };
}
