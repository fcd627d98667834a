import type { VaultCanary } from "../../ports/vault-canary.js";
import type { Place } from "./tables.js";

const id = "canary";

export function vaultCanaryIn({ db }: Place): VaultCanary {
  const read = db.selectFrom("vaultCanary").select("sealed").where("id", "=", id);
  return {
    async get() {
      return (await read.executeTakeFirst())?.sealed;
    },

    async putFirst(sealed) {
      await db
        .insertInto("vaultCanary")
        .values({ id, sealed })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return (await read.executeTakeFirstOrThrow()).sealed;
    },

    async replace(sealed) {
      await db
        .insertInto("vaultCanary")
        .values({ id, sealed })
        .onConflict((conflict) => conflict.column("id").doUpdateSet({ sealed }))
        .execute();
    },
  };
}
