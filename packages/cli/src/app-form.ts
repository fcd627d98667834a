import { brokers } from "kunji";
import type { Context } from "./context.js";
import { type Ask, readStdin } from "./io.js";
import {
  type OpenValues,
  openSettings,
  openValue,
  questionFor,
  shownValue,
  typedValue,
} from "./open-settings.js";
import type { Place } from "./place.js";
import { Problem } from "./problem.js";

/** One value to fill in. */
interface Field {
  readonly name: string;
  readonly brokerName: string;
  readonly label: string;
  readonly secret: boolean;
  readonly optional: boolean;
}

function fieldsOf({ broker }: Place): readonly Field[] {
  const { traits } = brokers[broker];
  const keys = Object.entries(traits.keys).map(([name, { optional, ...key }]) => ({
    ...key,
    name,
    optional: optional === true,
  }));
  const redirect = { name: "redirectUri", brokerName: "redirect_url", label: "Redirect URL, as registered" };
  return traits.login === "redirect" ? [...keys, { ...redirect, secret: false, optional: false }] : keys;
}

/** What a person has filled in. */
interface Form {
  readonly settings: Readonly<Record<string, string>>;
  readonly open: OpenValues;
}

const namesOf = (place: Place) =>
  [...fieldsOf(place).map(({ name }) => name), ...Object.keys(openSettings(place))].join(", ");

/** The values of a JSON object, by our names or the broker's. */
function fromJson(text: string, place: Place): Form {
  const fields = fieldsOf(place);
  const known = openSettings(place);
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    // The parser's message holds the beginning of the text.
  }
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new Problem("usage", "stdin must hold one JSON object.", `Its fields are: ${namesOf(place)}.`);
  const settings: Record<string, string> = {};
  const open: Record<string, OpenValues[string]> = {};
  for (const [key, value] of Object.entries(given)) {
    const setting = Object.hasOwn(known, key) ? known[key] : undefined;
    if (setting) {
      open[key] = openValue(key, setting, value);
      continue;
    }
    const field = fields.find(({ name, brokerName }) => key === name || key === brokerName);
    if (!field)
      throw new Problem("usage", "The JSON has a field that is none.", `The fields are: ${namesOf(place)}.`);
    if (typeof value !== "string") throw new Problem("usage", `${field.name} must be a text.`);
    settings[field.name] = value;
  }
  return { settings, open };
}

function stopped(): Problem {
  return new Problem("interrupted", "Stopped: nothing was kept.");
}

/** The open settings, from the person; each begins as what it is now. */
async function askedOpen(ask: Ask, place: Place, now: OpenValues): Promise<OpenValues> {
  const open: Record<string, OpenValues[string]> = {};
  for (const [name, setting] of Object.entries(openSettings(place))) {
    const usual = shownValue(now[name] ?? setting.byDefault);
    const answer = await ask.text(questionFor(setting), usual);
    if (answer === undefined) throw stopped();
    open[name] = typedValue(name, setting, answer.trim() || usual);
  }
  return open;
}

async function asked(ask: Ask, place: Place): Promise<Record<string, string>> {
  const { broker } = place;
  const settings: Record<string, string> = {};
  for (const { name, label, secret, optional } of fieldsOf(place)) {
    const question = optional ? `${label} (empty: none)` : label;
    const usual = name === "redirectUri" ? `http://127.0.0.1:4702/callback/${broker}` : undefined;
    const answer = secret ? await ask.secret(question) : await ask.text(question, usual);
    if (answer === undefined) throw stopped();
    settings[name] = answer.trim();
  }
  return settings;
}

/** What is kept of the open settings: who isn't asked for them keeps them, also with new keys. */
async function keptOpen({ store }: Context, place: Place): Promise<OpenValues> {
  try {
    return (await store.app(place))?.open ?? {};
  } catch (error) {
    if (error instanceof Problem) return {};
    throw error;
  }
}

/** An app's keys and open settings (`all`: these are asked for too), from the person or from stdin. @throws Problem `usage` that names the field which is missing */
export async function formFor(
  context: Context,
  place: Place,
  { stdin, all }: { readonly stdin: boolean; readonly all: boolean },
): Promise<Form> {
  const fields = fieldsOf(place);
  const { ask } = context.io;
  if (!stdin && !ask)
    throw new Problem(
      "usage",
      "There is no terminal to ask for the keys at.",
      `Give them on stdin: kunji app set ${place.broker} --stdin-json`,
    );
  const typed = async (ask: Ask): Promise<Form> => {
    const kept = await keptOpen(context, place);
    const settings = await asked(ask, place);
    return { settings, open: all ? await askedOpen(ask, place, kept) : kept };
  };
  const given = stdin || !ask ? fromJson(await readStdin(context.io), place) : await typed(ask);
  const settings = Object.fromEntries(Object.entries(given.settings).filter(([, value]) => value !== ""));
  const missing = fields.find(({ name, optional }) => !optional && settings[name] === undefined);
  if (missing)
    throw new Problem(
      "usage",
      `${missing.label} (${missing.name}) is missing.`,
      `The fields are: ${namesOf(place)}.`,
    );
  return { settings, open: given.open };
}
