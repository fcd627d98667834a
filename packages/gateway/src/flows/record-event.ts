import type { EventType } from "kunji/gateway";
import type { AuditKind } from "../ports/audit.js";
import type { Event } from "../ports/events.js";
import type { Ports } from "../ports/ports.js";
import type { StoreParts } from "../ports/store.js";

/** What an event tells, without any secret: it goes to webhooks. */
export interface Happening {
  readonly type: EventType;
  readonly connection?: string | undefined;
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
  /** The API key's id that asked for it, for the audit; `null` for the gateway itself or a user's browser. */
  readonly key?: string | null | undefined;
  /** The one webhook that gets it. */
  readonly only?: string | undefined;
}

interface Audited {
  readonly action: string;
  readonly kind: AuditKind;
  /** The field of the event's data that names what was acted on; its connection by default. */
  readonly id?: string;
}

const ofConnection = (action: string): Audited => ({ action: `connection.${action}`, kind: "connection" });

/** What the audit says of each event. `null` for one that changes nothing, or whose change is written down elsewhere. */
const audited: Readonly<Record<EventType, Audited | null>> = {
  "connection.created": ofConnection("add"),
  "connection.pending": null,
  "connection.active": ofConnection("activate"),
  "connection.refreshed": ofConnection("refresh"),
  "connection.ends_soon": null,
  "connection.login_needed": ofConnection("need_login"),
  "connection.unsure": ofConnection("doubt"),
  "connection.login_failed": ofConnection("login_fail"),
  "connection.closed": ofConnection("close"),
  "vendor_session.started": { action: "vendor_session.start", kind: "app", id: "app" },
  "vendor_session.ended": { action: "vendor_session.end", kind: "app", id: "app" },
  "webhook.paused": { action: "webhook.pause", kind: "webhook", id: "webhook" },
  "webhook.test": { action: "webhook.test", kind: "webhook", id: "webhook" },
  "audit.anchored": null,
};

/** What of an event's data the audit repeats: codes and numbers. */
const told = ["reason", "generation"] as const;

/** Writes an event within the transaction of its change, and what the audit says of it: call it last there. */
export async function recordEvent(
  parts: StoreParts,
  { randomBytes, now }: Pick<Ports, "randomBytes" | "now">,
  tenant: string,
  { type, connection, data, key = null, only }: Happening,
): Promise<Event | undefined> {
  const id = `evt_${Buffer.from(randomBytes(16)).toString("hex")}`;
  const at = now();
  const event = { id, type, connection: connection ?? null, data: JSON.stringify(data), at };
  const written = await parts.events.append(tenant, event, only);
  const record = audited[type];
  if (!record) return written;
  const facts = Object.fromEntries(
    told.flatMap((name) => (name in data ? [[name, data[name] ?? null]] : [])),
  );
  await parts.audit.append(tenant, {
    at,
    key,
    action: record.action,
    kind: record.kind,
    id: String((record.id ? data[record.id] : connection) ?? ""),
    ...(Object.keys(facts).length > 0 && { facts }),
  });
  return written;
}
