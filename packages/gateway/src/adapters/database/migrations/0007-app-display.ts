import { type Kysely, sql } from "kysely";
import type { Traits } from "../dialect.js";

/** New: how an app shows itself on the pages that its users see. */
export async function appDisplay(db: Kysely<unknown>, { text, bytes }: Traits): Promise<void> {
  const columns = { display_name: text, accent: text, logo_type: text, logo: bytes } as const;
  for (const [name, type] of Object.entries(columns))
    await db.schema.alterTable("apps").addColumn(name, sql`${type}`).execute();
}
