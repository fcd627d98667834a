import type { Hono } from "hono";
import type { Core } from "../core.js";
import { trapPath } from "../faults/redirect-to-trap.js";
import { readBody } from "../http/body.js";
import type { Env } from "../http/env.js";
import { record } from "../ledger/record.js";
import { Problem } from "../problem.js";

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Problem(400, "bad_filter", `"${name}" is a whole number.`);
}

/** `GET /_sandbox/ledger`, and the trap of the redirect faults, which writes down what it gets. */
export function ledgerCalls(app: Hono<Env>, core: Core): void {
  app.get("/_sandbox/ledger", (c) => {
    const { broker, path, after, limit, ...query } = c.req.query();
    const filter = { broker, path, after: whole("after", after), limit: whole("limit", limit) };
    const last = whole("last", query.last);
    const entries = core.store.ledger.list(filter);
    return c.json(last === undefined ? entries : entries.slice(Math.max(0, entries.length - last)));
  });
  app.all(trapPath, async (c) => {
    await readBody(c);
    const answer = { trap: true, message: "A redirect led here. A careful client does not follow one." };
    record(core, c, null, new URL(c.req.url), { status: 200, answer: JSON.stringify(answer) });
    return c.json(answer);
  });
}
