import type { Rotation, Rotations } from "../../ports/rotations.js";
import { leaseBegun, leaseEnded, leaseFree } from "./leases.js";
import { together } from "./open-connection.js";
import type { Place } from "./tables.js";

const columns = ["id", "keyId", "keep", "startedAt", "finishedAt", "resealed"] as const;

type Row = Omit<Rotation, "keep"> & { readonly keep: number };
const shown = (row: Row | undefined): Rotation | undefined => row && { ...row, keep: row.keep === 1 };

/** The key of a rotation that is being prepared. */
const noKey = "";

async function prepareIn({ db, traits }: Place, id: string, ms: number): Promise<boolean> {
  await db
    .deleteFrom("vaultRotations")
    .where("running", "=", 1)
    .where("keyId", "=", noKey)
    .where(leaseFree(traits, "vaultRotations"))
    .execute();
  const prepared = await db
    .insertInto("vaultRotations")
    .values({
      id,
      keyId: noKey,
      keep: 0,
      running: 1,
      startedAt: traits.now,
      finishedAt: null,
      resealed: 0,
      ...leaseBegun(traits, { owner: id, ms }),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  return prepared !== undefined;
}

async function beginIn({ db, traits }: Place, { id, keyId, keep }: Pick<Rotation, "id" | "keyId" | "keep">) {
  const known = await db
    .selectFrom("vaultKeys")
    .select("keyId")
    .where("keyId", "=", keyId)
    .executeTakeFirst();
  if (!known) return undefined;
  const begun = await db
    .updateTable("vaultRotations")
    .set({ keyId, keep: keep ? 1 : 0, startedAt: traits.now, ...leaseEnded })
    .where("id", "=", id)
    .where("running", "=", 1)
    .where("keyId", "=", noKey)
    .returning(columns)
    .executeTakeFirst();
  if (!begun) return undefined;
  await db.updateTable("vaultKeys").set({ retiringAt: null }).where("keyId", "=", keyId).execute();
  await db
    .updateTable("vaultKeys")
    .set({ retiringAt: traits.now })
    .where("keyId", "!=", keyId)
    .where("retiringAt", "is", null)
    .execute();
  return shown(begun);
}

export function rotationsIn(place: Place): Rotations {
  const { db, traits } = place;
  return {
    last: async () =>
      shown(
        await db
          .selectFrom("vaultRotations")
          .select(columns)
          .where("keyId", "!=", noKey)
          .orderBy("startedAt", "desc")
          .orderBy("id")
          .limit(1)
          .executeTakeFirst(),
      ),

    prepare: (id, ms) => together(place, (within) => prepareIn(within, id, ms)),

    async abandon(id) {
      await db.deleteFrom("vaultRotations").where("id", "=", id).where("keyId", "=", noKey).execute();
    },

    begin: (rotation) => together(place, (within) => beginIn(within, rotation)),

    claim: async (owner, ms) =>
      shown(
        await db
          .updateTable("vaultRotations")
          .set(leaseBegun(traits, { owner, ms }))
          .where("running", "=", 1)
          .where("keyId", "!=", noKey)
          .where((row) => row.or([leaseFree(traits, "vaultRotations"), row("leaseOwner", "=", owner)]))
          .returning(columns)
          .executeTakeFirst(),
      ),

    async count(id, resealed) {
      await db
        .updateTable("vaultRotations")
        .set((row) => ({ resealed: row("resealed", "+", resealed) }))
        .where("id", "=", id)
        .execute();
    },

    async release(id, owner) {
      await db
        .updateTable("vaultRotations")
        .set(leaseEnded)
        .where("id", "=", id)
        .where("leaseOwner", "=", owner)
        .execute();
    },

    async finish(id) {
      await db
        .updateTable("vaultRotations")
        .set({ running: null, finishedAt: traits.now, ...leaseEnded })
        .where("id", "=", id)
        .where("running", "=", 1)
        .execute();
    },
  };
}
