// What is shown once, and the steps of a new operator's sign-in.
import { Secret, TOTP } from "otpauth";
import { after, afterHere, at } from "./opening.mjs";

/** Each is made anew whenever a page is opened, and no two have the same name. */
let added = 0;

const addOperator = async (page, place) => {
  const name = `night.desk-${++added}`;
  const fields = { "[name=name]": name };
  await after(at("/settings/operators"), "form[action='/settings/operators'] button", fields)(page, place);
  return name;
};

/** What is shown this once and never again. */
export const oncePages = {
  "API keys, a new one": after(at("/settings/keys"), "form[action='/settings/keys'] button", {
    "[name=name]": "Evening scripts",
  }),
  "webhooks, a new one": async (page, place) => {
    // Nothing is ever sent to it: nobody has this name.
    const fields = { "[name=url]": `${place.gateway}/demo/webhook`, "[name=users]": "nobody" };
    await after(at("/webhooks"), "form[action='/webhooks'] button", fields)(page, place);
  },
  "operators, a new one": addOperator,
};

/** A new operator before the password of their own, with the one that works once. */
async function signInOnce(page, place) {
  // Whoever was signed in halfway is not any more: the demo's own operator adds the next one.
  await page.context().clearCookies();
  const name = await addOperator(page, place);
  const password = await page.locator("#once").textContent();
  await signIn(page, place, { name, password });
  return name;
}

const signIn = (page, place, { name, password }) =>
  after(at("/sign-in?again=1"), "form[action='/sign-in'] button", {
    "[name=name]": name,
    "[name=password]": password,
  })(page, place);

/** The six digits of an authenticator app now. */
const codeNow = (secret) => new TOTP({ secret: Secret.fromBase32(secret) }).generate();

/** Steps of a sign-in that is not over: what comes after them in the same browser is asked to go on with it. */
export const signInSteps = {
  "sign-in, a password of one's own": signInOnce,
  "sign-in, a code": async (page, place) => {
    const name = await signInOnce(page, place);
    const password = "a quiet river stone";
    await afterHere("form[action='/sign-in/password'] button", {
      "[name=next_password]": password,
      "[name=again_password]": password,
    })(page, place);
    await at("/settings/second-factor")(page, place);
    const secret = await page.locator("[name=secret]").inputValue();
    await afterHere("form[action='/settings/second-factor'] button", {
      "[name=code]": codeNow(secret),
      "[name=password]": password,
    })(page, place);
    await signIn(page, place, { name, password });
  },
};
