// A login while it is finished, and where it leads its browser.
import { logIn } from "./connect-all.mjs";
import { after, at } from "./opening.mjs";
import { linkOf } from "./place.mjs";

const toVentura = after(
  at((place) => linkOf(place, { app: "ventura", user: "asha" })),
  "main form button",
);

/** What the gateway sends at once where the broker takes its time; the browser never gets the rest. */
export async function oneMoment(page, place) {
  await toVentura(page, place);
  const [{ username }] = place.presets.ventura.users;
  const params = Object.fromEntries(new URL(page.url()).searchParams);
  const { redirect } = await place.steer("/ventura/login", { ...params, username });
  await place.steer("/faults", { broker: "ventura", fault: "slow", delay: "3s", times: 1 });
  await page.route("**/callback/**", async (route) => {
    const request = route.request();
    const answer = await fetch(request.url(), { headers: await request.allHeaders() });
    const reader = answer.body.getReader();
    const { value } = await reader.read();
    await reader.cancel();
    await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(value),
    });
  });
  await page.goto(redirect);
  await page.getByText("One moment").waitFor();
}

/** An operator's own login that another browser than this one has finished. */
export async function whoseLogin(page, place) {
  await after(at("/"), "button[name=app][value=ventura]")(page, place);
  // What says that it was this browser.
  await page.context().clearCookies({ name: /_own$/ });
  await logIn(page);
  await page.waitForURL(/\/connected\?/);
}

async function backAtApp(page, place) {
  await toVentura(page, place);
  await logIn(page);
  await page.waitForURL(/\/demo\/return\?/);
}

/** The demo's own app, where links lead back to. */
export const backPages = {
  "back at the app": backAtApp,
  "back at the app, connected": after(backAtApp, "main form button"),
  "back at the app, a code used twice": at(
    ({ ids }) => `/demo/return?connection=${ids.ventura}&error=code_refused`,
  ),
  "back at the app, not connected": at(
    ({ ids }) => `/demo/return?connection=${ids.fallen}&error=login_denied`,
  ),
  "webhooks that the app received": at("/demo/webhook"),
};
