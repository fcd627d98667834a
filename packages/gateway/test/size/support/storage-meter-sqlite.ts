import { existsSync, readFileSync } from "node:fs";
import Sqlite from "better-sqlite3";
import type { StorageMeter, TableSize, Written } from "./storage-meter.js";

/** The log begins with so many bytes, and so do its frames: each holds one page. @see https://sqlite.org/fileformat2.html#walformat */
const logHead = 32;
const frameHead = 24;

/** What lies in a log that was empty before. */
function readLog(file: string): Written {
  const log = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  let transactions = 0;
  let frames = 0;
  let pageSize = 0;
  if (log.length >= logHead) {
    pageSize = log.readUInt32BE(8);
    const salts = log.subarray(16, 24);
    for (let at = logHead; at + frameHead + pageSize <= log.length; at += frameHead + pageSize) {
      // Of an earlier round of the log.
      if (!log.subarray(at + 8, at + 16).equals(salts)) break;
      frames++;
      // The frame that ends a transaction says how many pages the database has then.
      if (log.readUInt32BE(at + 4) > 0) transactions++;
    }
  }
  return { transactions, walBytes: frames * (frameHead + pageSize), fullPages: null, rows: null };
}

const sizesQuery = `
  select coalesce(entry.tbl_name, space.name) as name, coalesce(entry.type, 'table') as type, sum(space.pgsize) as bytes
  from dbstat space left join sqlite_master entry on entry.name = space.name group by 1, 2`;

/** @param file the gateway's database */
export function sqliteMeter(file: string): StorageMeter {
  const database = new Sqlite(file, { timeout: 5_000 });

  function emptyLog(): void {
    const [done] = database.pragma("wal_checkpoint(truncate)") as { readonly busy: number }[];
    if (done?.busy !== 0) throw new Error("Somebody reads from the database: its log could not be emptied.");
  }

  return {
    async measure(work) {
      emptyLog();
      // While somebody reads what lies before the log, it is not begun anew.
      database.exec("begin");
      try {
        database.prepare("select count(*) from sqlite_master").get();
        await work();
        return readLog(`${file}-wal`);
      } finally {
        database.exec("commit");
      }
    },
    cleanUp: async () => emptyLog(),
    async sizes({ packed = false } = {}) {
      if (packed) database.exec("vacuum");
      emptyLog();
      const found = database.prepare(sizesQuery).all() as { name: string; type: string; bytes: number }[];
      const sizes: Record<string, TableSize> = {};
      for (const { name, type, bytes } of found) {
        const { table, indexes } = sizes[name] ?? { table: 0, indexes: 0 };
        sizes[name] =
          type === "index" ? { table, indexes: indexes + bytes } : { table: table + bytes, indexes };
      }
      return sizes;
    },
    close: async () => void database.close(),
  };
}
