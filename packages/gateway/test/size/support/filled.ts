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
async function unindexed({ words, ask, run }: Filling): Promise<readonly string[]> {
  const indexes = await ask(words.indexes);
  const constraints = words.constraints === undefined ? [] : await ask(words.constraints);
  for (const { table, name } of constraints) await run(`alter table ${table} drop constraint ${name}`);
  for (const { name } of indexes) await run(`drop index ${name}`);
  return [
    ...indexes.map(({ made }) => String(made)),
    ...constraints
      .map(({ table, name, made }) => `alter table ${table} add constraint ${name} ${made}`)
      .reverse(),
  ];
}

/** Does something with several databases side by side: those that work elsewhere begin, since another holds this process up. */
async function withEach(
  places: readonly StorePlace[],
  work: (filling: Filling) => Promise<() => Promise<void>>,
) {
  const fillings = await Promise.all(places.map(fillingOf));
  try {
    const begun = await Promise.all(
      fillings.map(async (filling) => ({ filling, begin: await work(filling) })),
    );
    begun.sort((one, other) => Number(other.filling.words.elsewhere) - Number(one.filling.words.elsewhere));
    await Promise.all(begun.map(({ begin }) => begin()));
  } finally {
    for (const filling of fillings) await filling.close();
  }
}

/**
 * Fills in all that is wished, in each of several databases. Indexes and constraints are made again afterwards, which takes a
 * fraction of the time.
 * @param emptied whether every connection that is there goes first
 */
export const fill = (
  places: readonly StorePlace[],
  sizes: readonly Size[],
  { emptied = false }: { readonly emptied?: boolean } = {},
): Promise<void> =>
  withEach(places, async (filling) => {
    const again = await unindexed(filling);
    const first = emptied ? [filling.words.empty] : [];
    return () => filling.run(...first, ...sizes.flatMap(fillStatements), ...again);
  });

/** Does what databases that have stood for a while have done by themselves: they clean up, and look at what their tables hold. */
export const settle = (places: readonly StorePlace[]): Promise<void> =>
  withEach(
    places,
    async ({ words, run }) =>
      () =>
        run(words.settle),
  );
