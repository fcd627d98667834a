import { rm } from "node:fs/promises";
import { backupSqlite } from "../adapters/database/backup-sqlite.js";
import { makeFile } from "../adapters/moved-file/write-moved-file.js";
import { keySourceOf } from "../key-place.js";
import { SettingError } from "../setting-error.js";
import { storePlaceOf } from "../store-place.js";
import type { Command } from "./command.js";
import { fileArgument } from "./file-argument.js";

/** `kunji-gateway backup`: a consistent copy of the SQLite file, while a gateway runs on it. */
export const backup: Command = {
  help: "backup <file>   copies the SQLite database to a new file, while the gateway runs",
  async run(args, { settings, say }) {
    const to = fileArgument(args, "backup");
    const place = storePlaceOf(settings);
    if ("url" in place)
      throw new SettingError(
        'The database is a PostgreSQL, which has a command of its own: pg_dump --format=custom --no-owner --file=gateway.dump "$DATABASE_URL"',
      );
    await (await makeFile(to)).close();
    await backupSqlite(place.file, to).catch(async (error: unknown) => {
      await rm(to, { force: true });
      throw error;
    });
    say(`The database is copied to ${to}. It opens with the keys in`);
    say(`  ${keySourceOf(settings).file.path}, which are to be kept apart from it.`);
  },
};
