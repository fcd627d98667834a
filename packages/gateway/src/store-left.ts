import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SettingError } from "./setting-error.js";
import type { Settings } from "./settings.js";
import { storePlaceOf } from "./store-place.js";

type PlaceSettings = Pick<Settings, "data" | "databaseUrl">;

/** Lies beside a SQLite file from before, while the gateway of its data folder is on a PostgreSQL. */
const noteIn = (data: string): string => join(data, "gateway", "on-postgresql");

/** Writes down, at a gateway's start, whether the SQLite file in its data folder is one that it has left. */
export async function noteStore({ data, databaseUrl }: PlaceSettings): Promise<void> {
  const note = noteIn(data);
  try {
    if (databaseUrl === undefined) return await rm(note, { force: true });
    const left = storePlaceOf({ data, databaseUrl: undefined });
    if ("file" in left && existsSync(left.file))
      await writeFile(note, "The gateway is on a PostgreSQL; gateway.sqlite is from before.\n", {
        mode: 0o600,
      });
  } catch {
    // A folder that can't be written is no reason not to start.
  }
}

/** A SQLite file that its gateway has left for a PostgreSQL says nothing of its keys any more. @throws SettingError */
export function checkNotLeft({ data, databaseUrl }: PlaceSettings): void {
  if (databaseUrl !== undefined || !existsSync(noteIn(data))) return;
  throw new SettingError(
    "The gateway of this data folder is on a PostgreSQL, and gateway.sqlite is from before: set DATABASE_URL as the gateway has it. A gateway that is started on gateway.sqlite makes that its database again.",
  );
}
