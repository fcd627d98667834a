import type { Page } from "playwright-core";
import { brokerIds, openSession } from "./open-session.js";
import type { Rig } from "./rig.js";

const zebuLogin = "/zebu/OAuthlogin/authorize/oauth?client_id=ABC";
const panel = "/_sandbox/panel";

/** Sessions, faults and calls enough for every part of the pages to appear. */
export async function fill(made: Rig): Promise<void> {
  for (const id of brokerIds) await openSession(made, id);
  await made.post("/_sandbox/rmoney/sessions/end");
  await made.post("/_sandbox/clock", { advance: "90m" });
  await openSession(made, "rmoney");
  await made.post("/_sandbox/faults", { broker: "zebu", fault: "not-json" });
  await made.send("POST", "/zebu/NorenWClientAPI/GetQuotes", {});
  await made.post("/_sandbox/faults", { broker: "nuvama", fault: "slow", delay: "2s", times: 3 });
  await made.send("GET", "/zebu/nowhere");
}

const press = (page: Page, selector: string): Promise<unknown> =>
  Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);

const at =
  (path: string) =>
  (page: Page, origin: string): Promise<unknown> =>
    page.goto(origin + path);

/** How a person comes to each page, by its name. */
export const everyPage: Readonly<Record<string, (page: Page, origin: string) => Promise<unknown>>> = {
  overview: at("/_sandbox/"),
  "overview after a jump": async (page, origin) => {
    await at("/_sandbox/")(page, origin);
    await press(page, "[value=plus-1m]");
  },
  sessions: at(`${panel}/sessions`),
  "sessions of one broker": at(`${panel}/sessions?broker=zebu`),
  faults: at(`${panel}/faults`),
  "faults after a wrong one": async (page, origin) => {
    await at(`${panel}/faults`)(page, origin);
    await page.fill("#times", "0");
    await press(page, "main form button");
  },
  users: at(`${panel}/users`),
  ledger: at(`${panel}/ledger`),
  "one call": at(`${panel}/ledger/3`),
  "no such call": at(`${panel}/ledger/999999`),
  login: at(zebuLogin),
  "login after a wrong password": async (page, origin) => {
    await at(zebuLogin)(page, origin);
    for (const name of ["username", "password", "otp"]) await page.fill(`#${name}`, "wrong");
    await press(page, "main form button");
  },
  consent: async (page, origin) => {
    await at(zebuLogin)(page, origin);
    await press(page, "form:has([name=ready]) button");
  },
  "a login that can't begin": at("/rmoney/?appcode=nobody"),
  "Ventura's portal": at("/ventura/portal"),
  "AutoShares' portal": at("/autoshares/portal"),
  "Nuvama's portal": at("/nuvama/portal"),
  "RMoney's portal": at("/rmoney/portal"),
  "a portal after a new app": async (page, origin) => {
    await at("/zebu/portal")(page, origin);
    await page.fill("#name", "Mine");
    await page.fill("#redirect_url", "http://127.0.0.1:4700/callback");
    await press(page, "main form button");
  },
};
