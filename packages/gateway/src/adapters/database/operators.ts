import type { Operator, Operators } from "../../ports/operators.js";
import { listById } from "./listed.js";
import type { Place, Tables } from "./tables.js";

export const operatorColumns = [
  "tenant",
  "id",
  "name",
  "passwordHash",
  "passwordIsOneTime",
  "sealedTotp",
  "totpUsedStep",
  "createdAt",
  "endedAt",
] as const;

/** A row as the port shows it. */
export const operatorFrom = (row: Tables["operators"]): Operator => ({
  ...row,
  passwordIsOneTime: row.passwordIsOneTime === 1,
});

export function operatorsIn({ db }: Place): Operators {
  const changed = async (query: { executeTakeFirst(): Promise<unknown> }): Promise<boolean> =>
    (await query.executeTakeFirst()) !== undefined;
  const living = (tenant: string, id: string) =>
    db
      .updateTable("operators")
      .where("tenant", "=", tenant)
      .where("id", "=", id)
      .where("endedAt", "is", null)
      .returning("id");
  return {
    async add(tenant, { passwordIsOneTime, ...operator }) {
      const row = await db
        .insertInto("operators")
        .values({
          ...operator,
          tenant,
          passwordIsOneTime: passwordIsOneTime ? 1 : 0,
          sealedTotp: null,
          totpUsedStep: 0,
          endedAt: null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning(operatorColumns)
        .executeTakeFirst();
      return row && operatorFrom(row);
    },

    async get(tenant, id) {
      const row = await db
        .selectFrom("operators")
        .select(operatorColumns)
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .executeTakeFirst();
      return row && operatorFrom(row);
    },

    list: (tenant, page) =>
      listById(
        db
          .selectFrom("operators")
          .select(operatorColumns)
          .where("tenant", "=", tenant)
          .where("endedAt", "is", null),
        page,
        operatorFrom,
      ),

    async any(tenant) {
      const one = await db
        .selectFrom("operators")
        .select("id")
        .where("tenant", "=", tenant)
        .limit(1)
        .executeTakeFirst();
      return one !== undefined;
    },

    changePassword: (tenant, id, was, { passwordHash, passwordIsOneTime }) =>
      changed(
        living(tenant, id)
          .set({ passwordHash, passwordIsOneTime: passwordIsOneTime ? 1 : 0 })
          .where("passwordHash", "=", was),
      ),

    changeTotp: (tenant, id, { sealedTotp, totpUsedStep }) =>
      changed(living(tenant, id).set({ sealedTotp, totpUsedStep })),

    useTotpStep: (tenant, id, step) =>
      changed(living(tenant, id).set({ totpUsedStep: step }).where("totpUsedStep", "<", step)),

    end: (tenant, id, at) => changed(living(tenant, id).set({ endedAt: at, sealedTotp: null })),
  };
}
