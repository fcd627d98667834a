import type { EventType } from "kunji/gateway";

/** Each type of event, as a list of them names it. */
export const eventNames: Readonly<Record<EventType, string>> = {
  "connection.created": "A connection was made",
  "connection.pending": "A login waits for its confirmation",
  "connection.active": "A connection is active",
  "connection.refreshed": "A session was renewed",
  "connection.ends_soon": "A session ends soon",
  "connection.login_needed": "A login is needed",
  "connection.unsure": "A session is unsure",
  "connection.login_failed": "A login failed",
  "connection.closed": "A connection was closed",
  "vendor_session.started": "A vendor session began",
  "vendor_session.ended": "A vendor session ended",
  "webhook.paused": "A webhook was paused",
  "webhook.test": "A test of this webhook",
  "audit.anchored": "The audit’s newest place",
};

/** A type by its name; one that isn't known by its code. */
export const eventName = (type: string): string =>
  Object.hasOwn(eventNames, type) ? eventNames[type as EventType] : type;
