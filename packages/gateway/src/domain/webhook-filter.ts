/** Which events a webhook wants. `null` lets everything pass. */
export interface WebhookFilter {
  readonly types: readonly string[] | null;
  /** Ids of apps. */
  readonly apps: readonly string[] | null;
  readonly brokers: readonly string[] | null;
  /** The tenant's names for its users. */
  readonly users: readonly string[] | null;
}

export const filterNames = [
  "types",
  "apps",
  "brokers",
  "users",
] as const satisfies readonly (keyof WebhookFilter)[];

/** What an event is about, as far as it is about anything. */
export interface EventSubject {
  readonly type: string;
  readonly app?: string | undefined;
  readonly broker?: string | undefined;
  readonly user?: string | undefined;
}

/** Whether an event passes all filters. One that names no app, broker or user passes the filter of that. */
export function passesFilter(filter: WebhookFilter, { type, app, broker, user }: EventSubject): boolean {
  const passes = (wanted: readonly string[] | null, name: string | undefined) =>
    wanted === null || name === undefined || wanted.includes(name);
  return (
    passes(filter.types, type) &&
    passes(filter.apps, app) &&
    passes(filter.brokers, broker) &&
    passes(filter.users, user)
  );
}
