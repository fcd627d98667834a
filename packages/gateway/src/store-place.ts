import { join } from "node:path";
import type { StorePlace } from "./adapters/database/open-store.js";
import type { Settings } from "./settings.js";

/** Where the settings keep the gateway's data. */
export const storePlaceOf = ({ data, databaseUrl }: Pick<Settings, "data" | "databaseUrl">): StorePlace =>
  databaseUrl === undefined ? { file: join(data, "gateway", "gateway.sqlite") } : { url: databaseUrl };
