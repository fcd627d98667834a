import { reasonSentence } from "./status-badge.js";

/** Failures that lie with the app, as its own page says them; `{broker}` stands for the broker's name. */
const ofApp: Readonly<Record<string, string>> = {
  keys_refused:
    "{broker} does not accept the app’s keys. Compare them with those that {broker} gave you, and the environment with where they hold; {broker} may also refuse calls from this address.",
  exchange_refused:
    "{broker} refused to complete the login: probably a key or secret of the app is wrong. Compare them with those that {broker} gave you, and write them again.",
  key_expired: "The app’s key has expired at {broker}. Get a new one there and write it below.",
  key_missing:
    "{broker} has no key for this app. Look whether it was ended there, then write the keys again.",
  decryption_failed:
    "{broker}’s token can’t be opened with the app’s keys. Write the keys again, and look at the settings below: they say how it is opened.",
  app_unusable: "The app’s keys or environment can’t be used. Write them again below.",
  egress_unreachable:
    "The app’s proxy does not lead to {broker}. Look whether it runs, takes this user and password, and lets the broker’s host through.",
  return_url_unregistered:
    "The login’s return URL is not among the app’s any more. Add it below, to the letter.",
};

/** Why logins of an app fail, and what to do about it on its page. */
export function loginFailure(code: string, broker: string): string {
  const own = Object.hasOwn(ofApp, code) ? ofApp[code] : undefined;
  return own?.replaceAll("{broker}", broker) ?? reasonSentence(code, { broker });
}
