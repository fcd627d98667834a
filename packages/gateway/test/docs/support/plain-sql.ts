const list = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/**
 * Words of SQL that every database of this kind has, values and names that statements give, and what is said to SQLite alone.
 * What is not here has a row in `docs/scale.md`.
 */
export const plainWords = list(`
  select from where and or not null is in exists between true false case when then else end as by order group limit union all
  insert into values set delete update do with cast coalesce round substr bigint bytea int now
  add column table constraint on
  a b c e x active backend client closed column_name commits connectionsleft counted data_type datname each_one escape
  fenced free gateway given hidden kept kunji many names never off old one pid refresh_refused sealed standby synchronous syncs table_name
  table_schema unseen value version versionnumber x76312e
  blob instr json_array json_each json_group_array pragma_table_xinfo sqlite_master strict subsec unixepoch virtual
`);

/** Calls of Kysely's builders behind which there is nothing particular. */
export const plainCalls = list(`
  $asTuple $if as columns column createTable deleteFrom destroy execute executeQuery executeTakeFirst executeTakeFirstOrThrow
  from groupBy innerJoin insertInto limit modifyEnd modifyFront offset on orderBy select selectAll selectFrom set updateTable
  values where whereRef withoutPlugins addPrimaryKeyConstraint
`);

/** Settings of the driver's or this gateway's own, and texts of another kind. */
export const plainSettings = list(`
  query_timeout api_key vendor_session kunji_changes store_busy store_too_old store_unreachable store_url_invalid
`);
