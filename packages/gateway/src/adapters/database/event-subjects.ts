import type { EventSubject } from "../../domain/webhook-filter.js";
import type { Event } from "../../ports/events.js";
import type { Place } from "./tables.js";

const appIn = ({ data }: Pick<Event, "data">): string | undefined => {
  const { app } = JSON.parse(data) as { app?: unknown };
  return typeof app === "string" ? app : undefined;
};

const distinct = (names: readonly (string | null | undefined)[]): string[] => [
  ...new Set(names.filter((name) => typeof name === "string")),
];

/** What each event is about: its connection's app, broker and user, or the app that it names itself. */
export async function subjectsOf(
  { db }: Place,
  tenant: string,
  events: readonly Pick<Event, "type" | "connection" | "data">[],
): Promise<readonly EventSubject[]> {
  const ids = distinct(events.map(({ connection }) => connection));
  const apps = distinct(events.map((event) => (event.connection === null ? appIn(event) : undefined)));
  const connections = new Map<string, Omit<EventSubject, "type">>();
  const brokers = new Map<string, string>();
  if (ids.length > 0)
    for (const { id, ...subject } of await db
      .selectFrom("connections")
      .select(["id", "app", "broker", "user"])
      .where("tenant", "=", tenant)
      .where("id", "in", ids)
      .execute())
      connections.set(id, subject);
  if (apps.length > 0)
    for (const { id, broker } of await db
      .selectFrom("apps")
      .select(["id", "broker"])
      .where("tenant", "=", tenant)
      .where("id", "in", apps)
      .execute())
      brokers.set(id, broker);
  return events.map((event) => {
    if (event.connection !== null) return { ...connections.get(event.connection), type: event.type };
    const app = appIn(event);
    return { type: event.type, app, broker: app === undefined ? undefined : brokers.get(app) };
  });
}
