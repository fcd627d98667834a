import { brokers } from "kunji";
import type { Context } from "./context.js";
import { type Ask, readStdin } from "./io.js";
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

const namesOf = (fields: readonly Field[]) => fields.map(({ name }) => name).join(", ");

/** The values of a JSON object, by our names or the broker's. */
function fromJson(text: string, fields: readonly Field[]): Record<string, string> {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    // The parser's message holds the beginning of the text.
  }
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new Problem("usage", "stdin must hold one JSON object.", `Its fields are: ${namesOf(fields)}.`);
  const settings: Record<string, string> = {};
  for (const [key, value] of Object.entries(given)) {
    const field = fields.find(({ name, brokerName }) => key === name || key === brokerName);
    if (!field)
      throw new Problem("usage", "The JSON has a field that is none.", `The fields are: ${namesOf(fields)}.`);
    if (typeof value !== "string") throw new Problem("usage", `${field.name} must be a text.`);
    settings[field.name] = value;
  }
  return settings;
}

async function asked(ask: Ask, { broker }: Place, fields: readonly Field[]): Promise<Record<string, string>> {
  const settings: Record<string, string> = {};
  for (const { name, label, secret, optional } of fields) {
    const question = optional ? `${label} (empty: none)` : label;
    const usual = name === "redirectUri" ? `http://127.0.0.1:4702/callback/${broker}` : undefined;
    const answer = secret ? await ask.secret(question) : await ask.text(question, usual);
    if (answer === undefined) throw new Problem("interrupted", "Stopped: nothing was kept.");
    settings[name] = answer.trim();
  }
  return settings;
}

/** An app's keys, from the person or from stdin. @throws Problem `usage` that names the field which is missing */
export async function formFor(
  context: Context,
  place: Place,
  stdin: boolean,
): Promise<Record<string, string>> {
  const fields = fieldsOf(place);
  const { ask } = context.io;
  if (!stdin && !ask)
    throw new Problem(
      "usage",
      "There is no terminal to ask for the keys at.",
      `Give them on stdin: kunji app set ${place.broker} --stdin-json`,
    );
  const given =
    stdin || !ask ? fromJson(await readStdin(context.io), fields) : await asked(ask, place, fields);
  const settings = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
  const missing = fields.find(({ name, optional }) => !optional && settings[name] === undefined);
  if (missing)
    throw new Problem(
      "usage",
      `${missing.label} (${missing.name}) is missing.`,
      `The fields are: ${namesOf(fields)}.`,
    );
  return settings;
}
