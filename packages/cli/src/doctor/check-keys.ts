import { brokers, type KeyField, KunjiError } from "kunji";
import { type OpenApp, settingSentence } from "../open-client.js";
import type { Place } from "../place.js";
import type { Finding } from "./finding.js";

type Named = readonly [name: string, key: KeyField, value: string];

/** An id that is longer than every secret, and as long as secrets are, is likely to be one. */
const secretLength = 24;

function swapped(values: readonly Named[]): string | undefined {
  const ids = values.filter(([, { secret }]) => !secret);
  const secrets = values.filter(([, { secret }]) => secret);
  const longest = Math.max(0, ...secrets.map(([, , value]) => value.length));
  const found = ids.find(([, , value]) => value.length >= secretLength && value.length > longest);
  const other = secrets[0];
  return found && other
    ? `${found[1].label} looks like a secret, and is longer than ${other[1].label}: they may be in each other's place. Compare them with the broker's portal.`
    : undefined;
}

function doubled(values: readonly Named[]): string | undefined {
  for (const [name, key, value] of values)
    for (const [other, otherKey, otherValue] of values)
      if (name < other && value === otherValue && key.secret !== otherKey.secret)
        return `${key.label} and ${otherKey.label} hold the same value: one of them is in the wrong field.`;
  return undefined;
}

/** A value that the sandbox has ready for another field. */
function misplaced(values: readonly Named[], app: OpenApp): string | undefined {
  const ready = app.preset?.app ?? {};
  for (const [, { label, brokerName }, value] of values) {
    if (ready[brokerName] === value) continue;
    const home = values.find(([, key]) => key.brokerName !== brokerName && ready[key.brokerName] === value);
    if (home) return `${label} holds what belongs in ${home[1].label}.`;
  }
  return undefined;
}

function untidy(values: readonly Named[]): string | undefined {
  const found = values.find(([, , value]) => value !== value.trim() || /^(["']).*\1$/.test(value));
  if (found) return `${found[1].label} has a blank or quotes around it, as pasting leaves them.`;
  const url = values.find(([, , value]) => /^https?:\/\//.test(value));
  return url && `${url[1].label} holds a web address: that belongs in the redirect URL.`;
}

/** The SDK's own word on the keys: what is missing, what has the wrong length. */
function refused({ broker: id }: Place, app: OpenApp): string | undefined {
  const broker = brokers[id];
  try {
    const settings = { ...app.settings, ...app.open };
    if (app.origins) broker.at(app.origins, settings);
    else broker.sandbox("http://127.0.0.1", settings);
    return undefined;
  } catch (error) {
    if (!(error instanceof KunjiError)) throw error;
    const { field = "" } = error;
    const sentence = settingSentence(field, broker.traits.keys[field]);
    const falls = broker.traits.keys[field]?.optional && app.settings[field] === undefined;
    return falls
      ? `${sentence} It is not set, so another key stands in for it, and that has another length.`
      : sentence;
  }
}

/** Keys in the wrong field, of the wrong length, or pasted with something around them. It asks nobody. */
export function checkKeys({ broker, env }: Place, app: OpenApp): Finding[] {
  const { traits } = brokers[broker];
  const values = Object.entries(traits.keys).flatMap(([name, key]): Named[] => {
    const value = app.settings[name];
    return value === undefined ? [] : [[name, key, value]];
  });
  const fix = `Enter them anew: kunji app set ${broker} --env ${env}`;
  const wrong = [refused({ broker, env }, app), misplaced(values, app), doubled(values)];
  const doubtful = [swapped(values), untidy(values)];
  const finding = (level: "warn" | "fail") => (says: string | undefined) =>
    says === undefined
      ? []
      : [{ check: "keys", level, broker, says: `${traits.name}: ${says} ${fix}` } as const];
  const found: Finding[] = [...wrong.flatMap(finding("fail")), ...doubtful.flatMap(finding("warn"))];
  if (found.length > 0) return found;
  const seen = app.preset
    ? "every key is there and looks right."
    : "every key is there; whether each is in its field can't be seen from here.";
  return [{ check: "keys", level: "ok", broker, says: `${traits.name}: ${seen}` }];
}
