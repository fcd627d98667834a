import type { EventType } from "kunji/gateway";
import type { Ports } from "../ports/ports.js";
import type { StoreParts } from "../ports/store.js";

/** What an event tells, without any secret: it goes to webhooks. */
export interface Happening {
  readonly type: EventType;
  readonly connection?: string | undefined;
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

/** Writes an event within the transaction of its change: call it last there. */
export async function recordEvent(
  parts: StoreParts,
  { randomBytes, now }: Pick<Ports, "randomBytes" | "now">,
  tenant: string,
  { type, connection, data }: Happening,
): Promise<void> {
  const id = `evt_${Buffer.from(randomBytes(16)).toString("hex")}`;
  await parts.events.append(tenant, {
    id,
    type,
    connection: connection ?? null,
    data: JSON.stringify(data),
    at: now(),
  });
}
