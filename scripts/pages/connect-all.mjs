// A person before a browser, who connects accounts of their own from the dashboard.

/** At the broker, or at the gateway's own form where the broker has no login page: its ready user, by one click. */
export async function logIn(page) {
  await page.locator("form.ready button, form:has([name=ready]) button").first().click();
  const consent = page.locator("button[name=consent][value=yes]");
  if ((await consent.count()) > 0) await consent.click();
  const whose = page.locator("button[name=answer][value=yes]");
  if ((await whose.count()) > 0) await whose.click();
}

/** From the dashboard's button to the connection's page. @returns its id */
export async function connectOwn(page, place, broker) {
  await page.goto(`${place.gateway}/`);
  await page.locator(`button[name=app][value=${broker}]`).click();
  await logIn(page);
  await page.waitForURL(/\/connections\/con_\w+/);
  return /\/connections\/(con_\w+)/.exec(page.url())[1];
}
