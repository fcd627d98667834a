import { newPostgres } from "../../support/postgres.js";
import { openWhole, type WholeGateway, type WholeOptions } from "./whole-gateway.js";

/** The whole gateway, and the database that it is on where that is a PostgreSQL. */
export interface WholeOnDatabase extends WholeGateway {
  readonly databaseUrl: string | undefined;
}

const onFile = async (options: WholeOptions = {}): Promise<WholeOnDatabase> => ({
  ...(await openWhole(options)),
  databaseUrl: undefined,
});

async function onPostgres({ env = {}, ...options }: WholeOptions = {}): Promise<WholeOnDatabase> {
  const { url, drop } = await newPostgres();
  try {
    const whole = await openWhole({ ...options, env: { ...env, DATABASE_URL: url } });
    return {
      ...whole,
      databaseUrl: url,
      async close() {
        await whole.close();
        await drop();
      },
    };
  } catch (error) {
    await drop();
    throw error;
  }
}

/** The whole gateway on either kind of database, for `describe.each`. */
export const wholeGateways = [
  ["SQLite", onFile],
  ["PostgreSQL", onPostgres],
] as const;
