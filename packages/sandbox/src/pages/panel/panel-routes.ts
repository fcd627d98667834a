import { readFileSync } from "node:fs";
import type { Context, Hono } from "hono";
import { compress } from "hono/compress";
import { html } from "hono/html";
import type { SandboxBroker } from "../../broker.js";
import type { Core } from "../../core.js";
import type { Env } from "../../http/env.js";
import { meaningOf } from "../../panel/meaning.js";
import { sessionsOf } from "../../panel/session-list.js";
import type { TypedMoment } from "./clock-view.js";
import { entryView } from "./entry-view.js";
import { faultsView, type TypedFault } from "./faults-view.js";
import { ledgerView } from "./ledger-view.js";
import { loginLink } from "./login-link.js";
import { overviewView } from "./overview-view.js";
import { panelPaths, showPanel } from "./panel-page.js";
import { panelState } from "./panel-state.js";
import { sessionsView } from "./sessions-view.js";
import { usersView } from "./users-view.js";

const lastCalls = 6;
const callsOnPage = 50;
const sessionsOnPage = 40;
/** Of each broker, where all are on one page. */
const sessionsOfEach = 8;

// The same file from the source and from the build: both lie equally deep.
const script = readFileSync(new URL("../../../src/pages/panel/panel.js", import.meta.url), "utf8");

/** What was typed and why it can't be done, for the page that shows it again. */
export interface Refused<Typed> {
  readonly typed: Typed;
  readonly sentence: string;
}

/** The overview; with what was refused, where a form was. */
export function showOverview(c: Context<Env>, core: Core, refused?: Refused<TypedMoment>): Promise<Response> {
  const body = overviewView({
    clock: core.clock.read(),
    typed: refused?.typed,
    brokers: core.brokers.map((broker) => ({ broker, sessions: sessionsOf(core, broker) })),
    faults: core.store.faults.list(),
    calls: core.store.ledger.older(lastCalls),
  });
  const page = { section: "overview", title: "Overview", body, refused: refused?.sentence } as const;
  return showPanel(c, core, page, refused ? 400 : 200);
}

export function showFaults(c: Context<Env>, core: Core, refused?: Refused<TypedFault>): Promise<Response> {
  const body = faultsView(core.brokers, core.store.faults.list(), refused?.typed);
  const page = { section: "faults", title: "Faults", body, refused: refused?.sentence } as const;
  return showPanel(c, core, page, refused ? 400 : 200);
}

const chosenBroker = (c: Context<Env>, { brokers }: Core): SandboxBroker | undefined =>
  brokers.find(({ id }) => id === c.req.query("broker"));

function showSessions(c: Context<Env>, core: Core): Promise<Response> {
  const chosen = chosenBroker(c, core);
  const shown = chosen === undefined ? core.brokers : [chosen];
  const all = shown.map((broker) => ({ broker, sessions: sessionsOf(core, broker) }));
  const body = sessionsView(all, core.clock.now(), chosen === undefined ? sessionsOfEach : sessionsOnPage);
  return showPanel(c, core, { section: "sessions", title: "Sessions", body });
}

function showUsers(c: Context<Env>, core: Core): Promise<Response> {
  const all = core.brokers.map((broker) => ({ broker, login: loginLink(core, broker) }));
  return showPanel(c, core, { section: "users", title: "Users", body: usersView(all, core.wall()) });
}

function showLedger(c: Context<Env>, core: Core): Promise<Response> {
  const chosen = chosenBroker(c, core)?.id;
  const given = c.req.query("before") ?? "";
  const before = /^\d{1,15}$/.test(given) ? Number(given) : undefined;
  const found = core.store.ledger.older(callsOnPage + 1, {
    ...(chosen === undefined ? {} : { broker: chosen }),
    ...(before === undefined ? {} : { before }),
  });
  const more = found.length > callsOnPage;
  const body = ledgerView(core.brokers, { entries: found.slice(0, callsOnPage), chosen, before, more });
  return showPanel(c, core, { section: "ledger", title: "Ledger", body });
}

function showEntry(c: Context<Env>, core: Core): Promise<Response> {
  const given = c.req.param("id") ?? "";
  const entry = /^\d{1,15}$/.test(given) ? core.store.ledger.byId(Number(given)) : undefined;
  if (entry === undefined) {
    const body = html`<p>The ledger keeps the newest 20,000, and none after a reset. <a href="${panelPaths.ledger}">All calls</a></p>`;
    return showPanel(c, core, { section: "ledger", title: "There is no such call", body }, 404);
  }
  const body = entryView(core.brokers, entry, c.req.query("fingerprints") === "shown");
  return showPanel(c, core, { section: "ledger", title: meaningOf(core.brokers, entry).does, body });
}

/** The pages of the control panel. Programs' calls stay at their own paths. */
export function panelPages(app: Hono<Env>, core: Core): void {
  for (const path of [panelPaths.overview.slice(0, -1), panelPaths.script, "/_sandbox/panel/*"])
    app.use(path, compress());
  app.get("/_sandbox", (c) => showOverview(c, core));
  app.get(panelPaths.clock, (c) => c.redirect(panelPaths.overview, 302));
  app.get(panelPaths.reset, (c) => c.redirect(panelPaths.overview, 302));
  app.get(panelPaths.sessions, (c) => showSessions(c, core));
  app.get(panelPaths.faults, (c) => showFaults(c, core));
  app.get(panelPaths.users, (c) => showUsers(c, core));
  app.get(panelPaths.ledger, (c) => showLedger(c, core));
  app.get(`${panelPaths.ledger}/:id`, (c) => showEntry(c, core));
  app.get(panelPaths.state, (c) => c.json(panelState(core), 200, { "cache-control": "no-store" }));
  app.get(panelPaths.script, (c) =>
    c.body(script, 200, {
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
    }),
  );
}
