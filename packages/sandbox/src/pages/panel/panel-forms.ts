import type { Context, Hono, MiddlewareHandler } from "hono";
import type { Core } from "../../core.js";
import { readBody } from "../../http/body.js";
import type { Env } from "../../http/env.js";
import { fromOwnPage } from "../../http/same-origin.js";
import { isMoment } from "../../moment.js";
import { findJump } from "../../panel/jumps.js";
import { typedMoment } from "../../panel/typed-moment.js";
import { Problem } from "../../problem.js";
import { setFault } from "../../steering/faults.js";
import { showPage } from "../layout.js";
import { refusalView } from "../login-view.js";
import { panelPaths } from "./panel-page.js";
import { showFaults, showOverview } from "./panel-routes.js";

/** On from a form that went through: to a page, with the code of what to say there. */
const done = (c: Context<Env>, path: string, code: string): Response => {
  c.header("cache-control", "no-store");
  return c.redirect(`${path}?done=${code}`, 303);
};

const readForm = async (c: Context<Env>): Promise<URLSearchParams> => new URLSearchParams(await readBody(c));

const outside = "The clock goes from the year 1970 to the year 9999.";

async function moveClock(c: Context<Env>, core: Core): Promise<Response> {
  const { clock, brokers } = core;
  const form = await readForm(c);
  const refuse = (sentence: string): Promise<Response> =>
    showOverview(c, core, {
      typed: { at: form.get("at") ?? "", zone: form.get("zone") ?? "" },
      sentence,
    });
  const hands = form.get("hands");
  const jump = findJump(brokers, form.get("jump") ?? "");
  if (hands === "follow") clock.follow();
  else if (hands === "freeze" || hands === "run") clock.moveTo(clock.now(), hands === "freeze");
  else {
    const moment = jump ? jump.to(clock.now()) : typedMoment(form.get("at") ?? "", form.get("zone") ?? "");
    if (moment === undefined)
      return refuse("Type a day and a time, such as 2026-11-23 00:29:59, and choose whose clock shows it.");
    if (!isMoment(moment)) return refuse(outside);
    clock.moveTo(moment);
  }
  return done(c, panelPaths.overview, "clock");
}

const faultFields = ["where", "fault", "times", "field", "delay"] as const;

/** What was typed, without fields that were left empty. */
const typedFault = (form: URLSearchParams): Partial<Record<(typeof faultFields)[number], string>> =>
  Object.fromEntries(
    faultFields.flatMap((name) => {
      const value = form.get(name)?.trim();
      return value ? [[name, value]] : [];
    }),
  );

async function changeFaults(c: Context<Env>, core: Core): Promise<Response> {
  const form = await readForm(c);
  const clear = form.get("clear");
  if (clear === "all") {
    core.store.faults.clear();
    return done(c, panelPaths.faults, "faults-cleared");
  }
  if (clear !== null)
    return done(c, panelPaths.faults, core.store.faults.remove(Number(clear)) ? "fault-cleared" : "gone");
  const typed = typedFault(form);
  const { where = "", ...others } = typed;
  const [broker = "", path] = where.split(" ");
  try {
    setFault(core, { ...others, broker, ...(path === undefined ? {} : { path }) });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return showFaults(c, core, { typed, sentence: error.message });
  }
  return done(c, panelPaths.faults, "fault-set");
}

async function endSessions(c: Context<Env>, { store, brokers }: Core): Promise<Response> {
  const form = await readForm(c);
  const broker = brokers.find(({ id }) => id === form.get("end_all"));
  if (broker === undefined) {
    const ended = store.sessions.end(form.get("end") ?? "");
    return done(c, panelPaths.sessions, ended ? "session-ended" : "gone");
  }
  const found = store.sessions.list(broker.id);
  for (const { id } of found) store.sessions.end(id);
  return done(c, panelPaths.sessions, found.length > 0 ? "sessions-ended" : "gone");
}

const ownFormsOnly: MiddlewareHandler<Env> = async (c, next) => {
  if (fromOwnPage(c)) return next();
  const sentence =
    "This form came from another site, so nothing was done. Use the buttons of the control panel itself.";
  const body = refusalView("This form was refused", sentence);
  return showPage(c, { title: "Refused · Kunji sandbox", width: "narrow", formsStay: true, body }, 403);
};

/** The forms of the control panel; each answers with the way to a page that shows what it did. */
export function panelForms(app: Hono<Env>, core: Core): void {
  app.use("/_sandbox/panel/*", ownFormsOnly);
  app.post(panelPaths.clock, (c) => moveClock(c, core));
  app.post(panelPaths.faults, (c) => changeFaults(c, core));
  app.post(panelPaths.sessions, (c) => endSessions(c, core));
  app.post(panelPaths.reset, (c) => {
    core.reset();
    return done(c, panelPaths.overview, "reset");
  });
}
