import type { StorePlace } from "../../../src/adapters/database/open-store.js";
import { t0 } from "../../support/rows.js";
import { type Filling, fillingOf } from "./filling.js";
import { brokers, type Shape, sessions } from "./shapes.js";

/** Tenants named `<name>0`, `<name>1`, … that share these connections, each with one app at each broker. */
export interface Size {
  readonly name: string;
  readonly tenants: number;
  readonly connections: number;
  readonly shape: Shape;
}

const numbers = (count: number) =>
  `with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count - 1})`;

/** Ids lie in no order that statuses or ends lie in. */
export function fillStatements({ name, tenants, connections, shape }: Size): readonly string[] {
  const { status, broker, endsAt, carriedUntil, dueAt } = shape;
  return [
    `insert into tenants (id, name, last_sequence, last_audit, created_at)
     ${numbers(tenants)} select '${name}' || i, '${name}', 0, 0, ${t0} from n where true on conflict do nothing`,
    ...brokers.map(
      (
        at,
      ) => `insert into apps (tenant, id, broker, environment, sealed_keys, return_urls, handle, created_at, updated_at)
     ${numbers(tenants)} select '${name}' || i, '${at}', '${at}', 'sandbox', a.sealed_keys, '[]', '${name}-${at}-' || i, ${t0}, ${t0}
     from n, (select sealed_keys from apps limit 1) a where true on conflict do nothing`,
    ),
    `insert into connections (tenant, id, app, broker, "user", account, status, generation, return_url, sealed_session,
       started_at, used_at, ends_at, carried_until, due_at, created_at, updated_at)
     ${numbers(connections)}, rows as (
       select n.i, '${name}' || (n.i % ${tenants}) as tenant, ${broker} as broker, ${status} as status from n)
     select n.tenant, 'con_' || ((n.i * 977) % 1000003) || '_' || n.i, n.broker, n.broker,
       'u' || (n.i % ${Math.ceil(connections / 2)}), 'A' || n.i, n.status, 1, 'https://app.example/connected',
       case when n.status in ${sessions} then a.sealed_keys end, ${t0}, ${t0},
       case when n.status in ${sessions} then ${endsAt} end, case when n.status in ${sessions} then ${carriedUntil} end,
       case when n.status in ${sessions} then ${dueAt} end, ${t0}, ${t0} + n.i
     from rows n, (select sealed_keys from apps limit 1) a`,
  ];
}

/** Takes away what each new row would be looked up in. @returns what makes it again, as it was, of all rows at once */
async function unindexed({ words, run }: Filling): Promise<readonly string[]> {
  const indexes = await run(words.indexes);
  const constraints = words.constraints === undefined ? [] : await run(words.constraints);
  for (const { table, name } of constraints) await run(`alter table ${table} drop constraint ${name}`);
  for (const { name } of indexes) await run(`drop index ${name}`);
  return [
    ...indexes.map(({ made }) => String(made)),
    ...constraints
      .map(({ table, name, made }) => `alter table ${table} add constraint ${name} ${made}`)
      .reverse(),
  ];
}

/**
 * Fills in all that is wished. Indexes and constraints are made again afterwards, which takes a fraction of the time.
 * @param emptied whether every connection that is there goes first
 */
export async function fill(
  place: StorePlace,
  sizes: readonly Size[],
  { emptied = false }: { readonly emptied?: boolean } = {},
): Promise<void> {
  const filling = await fillingOf(place);
  try {
    const again = await unindexed(filling);
    if (emptied) await filling.run(filling.words.empty);
    for (const size of sizes) for (const statement of fillStatements(size)) await filling.run(statement);
    for (const statement of again) await filling.run(statement);
  } finally {
    await filling.close();
  }
}

/** Does what a database that has stood for a while has done by itself: it cleans up, and looks at what its tables hold. */
export async function settle(place: StorePlace): Promise<void> {
  const filling = await fillingOf(place);
  await filling.run(filling.words.settle);
  await filling.close();
}
