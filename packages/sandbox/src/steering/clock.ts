import type { Hono } from "hono";
import type { Core } from "../core.js";
import { parseDuration } from "../duration.js";
import { readFields } from "../http/body.js";
import type { Env } from "../http/env.js";
import { isMoment, parseMoment } from "../moment.js";
import { Problem } from "../problem.js";

const bad = (): Problem =>
  new Problem(
    400,
    "bad_clock",
    'Send one of {"advance":"8h1m"} (units d, h, m, s, ms; a leading - goes back), {"now":"2026-11-23T00:29:59+05:30"} (with a zone, or ms since 1970; years 1970 to 9999) and {"follow":true}; beside the first two, or alone, "frozen": true or false.',
  );

const known = new Set(["advance", "now", "follow", "frozen"]);

/**
 * Moves the clock as the fields of a call say.
 * @throws Problem that lists what it takes
 */
export function moveClock({ clock }: Core, fields: Record<string, unknown>): void {
  const { advance, now, follow, frozen } = fields;
  const names = Object.keys(fields);
  const ways = [advance, now, follow].filter((value) => value !== undefined).length;
  if (names.some((name) => !known.has(name)) || ways > 1 || names.length === 0) throw bad();
  if (frozen !== undefined && typeof frozen !== "boolean") throw bad();
  if (follow !== undefined) {
    if (follow !== true || frozen !== undefined) throw bad();
    clock.follow();
    return;
  }
  const byMs = typeof advance === "string" ? parseDuration(advance) : undefined;
  if (advance !== undefined && byMs === undefined) throw bad();
  const moment = now === undefined ? clock.now() + (byMs ?? 0) : parseMoment(now);
  if (moment === undefined || !isMoment(moment)) throw bad();
  clock.moveTo(moment, frozen);
}

/** `GET`, `POST /_sandbox/clock` */
export function clockCalls(app: Hono<Env>, core: Core): void {
  app.get("/_sandbox/clock", (c) => c.json(core.clock.read()));
  app.post("/_sandbox/clock", async (c) => {
    moveClock(core, await readFields(c));
    return c.json(core.clock.read());
  });
}
