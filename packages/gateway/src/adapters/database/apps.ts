import type { App, Apps, Logo } from "../../ports/apps.js";
import { listById } from "./listed.js";
import type { Place, Tables } from "./tables.js";

/** All but the logo, which only browsers ask for. */
export const appColumns = [
  "tenant",
  "id",
  "broker",
  "environment",
  "sealedKeys",
  "returnUrls",
  "egress",
  "sealedEgress",
  "ordersPerConnection",
  "ordersPerApp",
  "displayName",
  "accent",
  "logoType",
  "handle",
  "createdAt",
  "updatedAt",
] as const satisfies readonly (keyof Tables["apps"])[];

/** A row as the port shows it. */
export function appFrom(row: Omit<Tables["apps"], "logo">): App {
  return { ...row, returnUrls: JSON.parse(row.returnUrls) as string[] };
}

/** The logo in a row, where there is one. */
export const logoFrom = (row: Pick<Tables["apps"], "logoType" | "logo"> | undefined): Logo | undefined =>
  row?.logoType && row.logo ? { type: row.logoType, data: row.logo } : undefined;

const blank = {
  egress: null,
  sealedEgress: null,
  ordersPerConnection: null,
  ordersPerApp: null,
  displayName: null,
  accent: null,
} as const;

/** The columns that change in an app that is there: its logo only where one is given, or none. */
const replaced = [
  "environment",
  "sealedKeys",
  "returnUrls",
  "egress",
  "sealedEgress",
  "ordersPerConnection",
  "ordersPerApp",
  "displayName",
  "accent",
  "updatedAt",
] as const satisfies readonly (keyof Tables["apps"])[];

export function appsIn({ db }: Place): Apps {
  return {
    async put(tenant, { at, returnUrls, logo, ...app }, known) {
      const columns = [...replaced, ...(logo === undefined ? [] : (["logo", "logoType"] as const))];
      const row = await db
        .insertInto("apps")
        .values({
          ...blank,
          ...app,
          tenant,
          logoType: logo?.type ?? null,
          logo: logo?.data ?? null,
          returnUrls: JSON.stringify(returnUrls),
          createdAt: at,
          updatedAt: at,
        })
        .onConflict((conflict) => {
          const taken = conflict.columns(["tenant", "id"]);
          if (known === null) return taken.doNothing();
          const changed = taken
            .doUpdateSet((row) =>
              Object.fromEntries(columns.map((column) => [column, row.ref(`excluded.${column}`)])),
            )
            .whereRef("apps.broker", "=", "excluded.broker");
          if (known === undefined) return changed;
          return changed
            .where("apps.sealedKeys", "=", known.sealedKeys)
            .where("apps.sealedEgress", "is not distinct from", known.sealedEgress);
        })
        .returning(appColumns)
        .executeTakeFirst();
      return row && appFrom(row);
    },

    async get(tenant, id) {
      const row = await db
        .selectFrom("apps")
        .select(appColumns)
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .executeTakeFirst();
      return row && appFrom(row);
    },

    list: (tenant, page) =>
      listById(db.selectFrom("apps").select(appColumns).where("tenant", "=", tenant), page, appFrom),
  };
}
