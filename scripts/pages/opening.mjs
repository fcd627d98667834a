// How a page is come to: by its address, or by a form.

/** A page of the gateway's, at a path or at one that hangs on what is there. */
export const at = (path) => async (page, place) =>
  page.goto(`${place.gateway}${typeof path === "function" ? await path(place) : path}`);

export const onSandbox = (path) => (page, place) => page.goto(`${place.sandbox}${path}`);

/** Opens what hides it. */
async function unfold(page, selector) {
  const folded = page.locator(selector).first().locator("xpath=ancestor::details[not(@open)]");
  while ((await folded.count()) > 0) await folded.first().locator("summary").first().click();
}

/** After a form: it is filled in as it is told, and sent. */
export const after =
  (open, button, fields = {}) =>
  async (page, place) => {
    await open(page, place);
    await unfold(page, button);
    for (const [selector, text] of Object.entries(fields)) {
      await unfold(page, selector);
      const field = page.locator(selector).first();
      if (typeof text === "boolean") await field.setChecked(text);
      else await field.fill(text);
    }
    await Promise.all([page.waitForNavigation(), page.locator(button).first().click({ noWaitAfter: true })]);
  };

/** After a form that stands there already. */
export const afterHere = (button, fields) => after(async () => undefined, button, fields);
