// Every page that a person can come to, and how: looked at by `npm run screenshots`, and tried by a test.
import { backPages, oneMoment, whoseLogin } from "./login-ends.mjs";
import { after, afterHere, at, onSandbox } from "./opening.mjs";
import { linkOf } from "./place.mjs";
import { oncePages, signInSteps } from "./sign-in-steps.mjs";

const connection = (name) => (place) => `/connections/${place.ids[name]}`;
/** The button of the first ready user, at a broker or at the gateway's own form. */
const readyUser = "form:has([name=ready]) button";
const linkAt = (app) => (place) => linkOf(place, { app, user: "asha" });

/** While nothing is connected. */
const empty = {
  "overview, empty": at("/"),
  "connections, empty": at("/connections"),
  "readiness, empty": at("/readiness"),
  "activity, empty": at("/activity"),
};

const dashboard = {
  overview: at("/"),
  connections: at("/connections"),
  "connections, one found": at("/connections?q=asha"),
  "connections, none found": at("/connections?q=nobody-of-this-name"),
  "connections that need a login": at("/connections?status=login_needed"),
  connection: at(connection("zebu")),
  "connection, fallen": at(connection("fallen")),
  "connection, new": at(connection("asha")),
  "connection, a link made": after(at(connection("asha")), "form[action*='/link'] button"),
  "connection, a call tried": after(at(connection("ventura")), "form.call > button"),
  "connection, events": at((place) => `${connection("zebu")(place)}/events`),
  "connection, audit": at((place) => `${connection("zebu")(place)}/audit`),
  "no such connection": at("/connections/con_nobody"),
  "not connected": at(({ ids }) => `/connected?connection=${ids.fallen}&error=login_denied`),
  "not connected, another account": at(
    ({ ids }) => `/connected?connection=${ids.fallen}&error=account_mismatch`,
  ),
  readiness: at("/readiness"),
  "readiness at a moment": at("/readiness?at=2026-11-24T09%3A00&clock=IN"),
  apps: at("/apps"),
  "apps, a new one": at("/apps/new"),
  "apps, a new one's keys": at("/apps/new?broker=nuvama"),
  app: at("/apps/nuvama"),
  "app, checked": after(at("/apps/zebu"), "form[action*='/check'] button"),
  webhooks: at("/webhooks"),
  webhook: at(({ ids }) => `/webhooks/${ids.webhook}`),
  activity: at("/activity"),
  events: at("/activity/events"),
  audit: at("/activity/audit"),
  settings: at("/settings"),
  "settings, a second factor": at("/settings/second-factor"),
  "settings, a wrong password": after(at("/settings"), "form[action='/settings/password'] button", {
    "[name=password]": "not this one",
    "[name=next_password]": "a quiet river stone",
    "[name=again_password]": "a quiet river stone",
  }),
  operators: at("/settings/operators"),
  "operators, one refused": after(at("/settings/operators"), "form[action='/settings/operators'] button", {
    "[name=name]": "operator",
  }),
  "API keys": at("/settings/keys"),
  "sign-in": at("/sign-in?again=1&out=1"),
  "sign-in, refused": after(at("/sign-in?again=1&out=1"), "form[action='/sign-in'] button", {
    "[name=name]": "nobody",
    "[name=password]": "a guess",
  }),
  ...oncePages,
  "whose account": whoseLogin,
  // Those who sign in stay signed in halfway: whatever needs an operator comes before them.
  ...signInSteps,
};

const connect = {
  "a choice": at(async ({ api, gateway, brokers }) => {
    const wish = { apps: Object.keys(brokers), user: "asha", return_url: `${gateway}/demo/return` };
    return new URL((await api("POST", "/v1/connect-links", wish)).connect_url).pathname;
  }),
  "a link": at(linkAt("zebu")),
  "a link to log in again": at(({ ids, ...place }) => linkOf(place, { connection: ids.fallen })),
  "a form for a password": at(linkAt("autoshares")),
  "a form, refused": after(at(linkAt("autoshares")), "main form button", {
    "[name=username]": "nobody",
    "[name=password]": "a guess",
  }),
  "a second step": async (page, place) => {
    const { users } = place.presets.autoshares;
    const { username, password } = users.find(({ about }) => /verification code/.test(about));
    const fields = { "[name=username]": username, "[name=password]": password };
    await after(at(linkAt("autoshares")), "main form button", fields)(page, place);
  },
  "whose account it is": async (page, place) => {
    await after(at(linkAt("rmoney")), "main form button")(page, place);
    await afterHere(readyUser)(page, place);
  },
  "one moment": oneMoment,
  ...backPages,
  "a link that is none": at("/connect/nothing"),
  "a login that nobody began": at("/callback/zebu/demo-zebu?code=1"),
};

const logins = Object.fromEntries(
  ["ventura", "nuvama", "zebu", "rmoney"].map((broker) => [
    `login at ${broker}`,
    after(at(linkAt(broker)), "main form button"),
  ]),
);
const portals = Object.fromEntries(
  ["ventura", "autoshares", "nuvama", "zebu", "rmoney"].map((broker) => [
    `portal of ${broker}`,
    onSandbox(`/${broker}/portal`),
  ]),
);
const sandbox = {
  ...logins,
  "login at zebu, refused": async (page, place) => {
    await logins["login at zebu"](page, place);
    await afterHere("main form button", {
      "[name=username]": "nobody",
      "[name=password]": "a guess",
      "[name=otp]": "000000",
    })(page, place);
  },
  "consent at zebu": async (page, place) => {
    await logins["login at zebu"](page, place);
    await afterHere(readyUser)(page, place);
  },
  "consent at nuvama": async (page, place) => {
    await logins["login at nuvama"](page, place);
    // Somebody who hasn't agreed yet: whoever has is asked no more.
    const { username } = place.presets.nuvama.users.find(({ about }) => /one-time code/.test(about));
    await afterHere(`form:has([name=ready]):has([name=username][value="${username}"]) button`)(page, place);
  },
  ...portals,
  "portal of autoshares, a new app": after(onSandbox("/autoshares/portal"), "main form button", {
    "[name=name]": "Evening scripts",
  }),
  "control panel": onSandbox("/_sandbox/"),
  "control panel, sessions": onSandbox("/_sandbox/panel/sessions"),
  "control panel, faults": onSandbox("/_sandbox/panel/faults"),
  "control panel, users": onSandbox("/_sandbox/panel/users"),
  "control panel, ledger": onSandbox("/_sandbox/panel/ledger"),
  "control panel, one call": onSandbox("/_sandbox/panel/ledger/3"),
};

const pagesOf = (group, pages, facts = {}) =>
  Object.entries(pages).map(([name, open]) => ({ group, name, open, ...facts }));

/** Before anything is connected. Those that ask who is there are opened by an operator. */
export const emptyPages = pagesOf("dashboard", empty);

/**
 * Every page, once something of every kind is there.
 * @param failures the codes whose sentences are looked at on a link's page
 */
export const everyPage = (failures) => [
  ...pagesOf("dashboard", dashboard),
  ...pagesOf("connect", connect),
  ...pagesOf(
    "connect",
    Object.fromEntries(
      failures.map((code) => [
        `failed, ${code}`,
        at(async (place) => `${await linkAt("zebu")(place)}?said=${code}`),
      ]),
    ),
  ),
  ...pagesOf("sandbox", sandbox),
];
