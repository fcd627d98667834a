// A person before a browser, who connects accounts of their own from the dashboard.

/** A ready user of the sandbox's, who always gets in. */
export const readyUser = ({ presets }, broker) => presets[broker].users[0];

/** At the broker: its ready user by one click, or the gateway's own form where the broker has no login page. */
export async function logIn(page, place, broker) {
  if (page.url().startsWith(place.gateway)) {
    const { username, password } = readyUser(place, broker);
    await page.fill("[name=username]", username);
    await page.fill("[name=password]", password);
    await page.locator("main form button").first().click();
  } else await page.locator("form:has([name=ready]) button").first().click();
  const consent = page.locator("button[name=consent][value=yes]");
  if ((await consent.count()) > 0) await consent.click();
  const whose = page.locator("button[name=answer][value=yes]");
  if ((await whose.count()) > 0) await whose.click();
}

/** From the dashboard's button to the connection's page. @returns its id */
export async function connectOwn(page, place, broker) {
  await page.goto(`${place.gateway}/`);
  await page.locator(`button[name=app][value=${broker}]`).click();
  await logIn(page, place, broker);
  await page.waitForURL(/\/connections\/con_\w+/);
  return /\/connections\/(con_\w+)/.exec(page.url())[1];
}
