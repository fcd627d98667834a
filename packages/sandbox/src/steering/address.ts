import type { Hono } from "hono";
import { callerOf } from "../http/caller.js";
import type { Env } from "../http/env.js";

/** `GET /_sandbox/address`: where the call came from, as a broker sees it. */
export function addressCalls(app: Hono<Env>): void {
  app.get("/_sandbox/address", (c) => {
    const caller = callerOf(c);
    return c.json({ address: caller?.address ?? null, port: caller?.port ?? null });
  });
}
