import type { Hono } from "hono";
import type { LiveSession } from "../broker.js";
import type { Core } from "../core.js";
import { readFields } from "../http/body.js";
import type { Env } from "../http/env.js";
import { Problem } from "../problem.js";
import { brokerNamed } from "./broker-param.js";

/** `POST /_sandbox/<broker>/sessions/end`: ends sessions as a login elsewhere would. */
export function sessionCalls(app: Hono<Env>, core: Core): void {
  const { sessions, apps } = core.store;
  app.post("/_sandbox/:broker/sessions/end", async (c) => {
    const broker = brokerNamed(core, c.req.param("broker"), 404);
    const { username, vendor } = await readFields(c);
    const isVendor = vendor !== undefined && vendor !== false;
    if (
      (username !== undefined && typeof username !== "string") ||
      (isVendor && vendor !== true && typeof vendor !== "string") ||
      (isVendor && username !== undefined)
    ) {
      throw new Problem(
        400,
        "bad_filter",
        'Send {} for all users, {"username":"…"} for one, {"vendor":true} for all vendor sessions or {"vendor":"<name>"} for one vendor\'s.',
      );
    }
    const ofVendor = ({ appId }: LiveSession): boolean =>
      typeof vendor !== "string" ||
      vendor === "true" ||
      Object.values(apps.byId(appId)?.keys ?? {}).includes(vendor);
    const found = isVendor
      ? sessions.list(broker.id, { kind: "vendor" }).filter(ofVendor)
      : sessions.list(broker.id, { kind: "user", ...(username === undefined ? {} : { username }) });
    for (const { id } of found) sessions.end(id);
    return c.json({ ended: found.length });
  });
}
