import { type AnyClient, brokers, type KeyField, KunjiError, type Origins, type Traits } from "kunji";
import type { Context } from "./context.js";
import type { OpenValues } from "./open-settings.js";
import type { Place } from "./place.js";
import { Problem } from "./problem.js";
import { type Preset, presetOf, sandboxShift } from "./sandbox-api.js";

/** An app's keys by the names of its settings, and where they came from. */
export interface OpenApp {
  readonly settings: Readonly<Record<string, string>>;
  /** What the person has set of that which the broker's pages leave open. */
  readonly open: OpenValues;
  readonly own: boolean;
  readonly origins: Origins | undefined;
  /** What the sandbox has ready, where the place is the sandbox. */
  readonly preset: Preset | undefined;
}

/** A broker's client with an app's keys, on the clock of its place. */
export interface Opened extends OpenApp {
  readonly client: AnyClient;
  readonly now: () => number;
}

/** A key's value in what the sandbox has ready. */
function presetSettings(traits: Traits, { app }: Preset): Record<string, string> {
  const named = Object.entries(traits.keys).map(([name, { brokerName }]) => [name, app[brokerName]] as const);
  const all = [...named, ["redirectUri", app.redirect_url] as const];
  return Object.fromEntries(all.filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}

function noKeys(place: Place): Problem {
  return new Problem(
    "app_missing",
    `${place.broker} has no keys for the environment ${place.env}.`,
    `Enter your app's: kunji app set ${place.broker} --env ${place.env}`,
  );
}

/** @throws Problem `app_missing`, `app_unreadable`, `sandbox_unreachable`, … */
export async function openApp(context: Context, place: Place): Promise<OpenApp> {
  const own = await context.store.app(place);
  if (place.env === "sandbox") {
    const preset = await presetOf(context, place.broker);
    const settings = own?.settings ?? presetSettings(brokers[place.broker].traits, preset);
    return { settings, open: own?.open ?? {}, own: own !== undefined, origins: undefined, preset };
  }
  const published = brokers[place.broker].traits.environments[place.env];
  const origins = own?.origins ?? published;
  if (!origins) {
    const names = ["sandbox", ...Object.keys(brokers[place.broker].traits.environments)];
    throw new Problem(
      "usage",
      `${place.broker} has no environment ${place.env}; it has ${names.join(", ")}.`,
      `For other hosts of the broker: kunji app set ${place.broker} --env ${place.env} --api URL --login URL`,
    );
  }
  if (!own) throw noKeys(place);
  return { settings: own.settings, open: own.open ?? {}, own: true, origins, preset: undefined };
}

/** What is wrong with a setting, in words that help. */
export function settingSentence(field: string, key: KeyField | undefined): string {
  if (field === "redirectUri")
    return "The redirect URL must be an http or https address without a # part, as it is registered.";
  if (field.startsWith("origins"))
    return `The address ${field.slice(8)} must be https without a query; http only on this machine.`;
  if (key?.length !== undefined) return `${key.label} (${field}) must have ${key.length} characters.`;
  return `${key?.label ?? "A setting"} (${field}) is missing or can't be used.`;
}

/** @throws Problem `app_invalid` where the SDK can't use the keys */
export function clientFor(context: Context, place: Place, app: OpenApp, now: () => number): AnyClient {
  const broker = brokers[place.broker];
  const options = { fetch: context.io.fetch, now, vendorStore: context.store.vendor(place) };
  const settings = { ...app.settings, ...app.open };
  try {
    return app.origins
      ? broker.at(app.origins, settings, options)
      : broker.sandbox(context.settings.sandboxUrl, settings, options);
  } catch (error) {
    if (!(error instanceof KunjiError) || error.field === undefined) throw error;
    const sentence = settingSentence(error.field, broker.traits.keys[error.field]);
    throw new Problem(
      "app_invalid",
      `${broker.traits.name}: ${sentence}`,
      `Enter the keys anew: kunji app set ${place.broker} --env ${place.env}`,
    );
  }
}

/** The clock that a place's sessions end by, in ms since 1970, UTC. */
export async function clockOf(context: Context, env: string): Promise<() => number> {
  const shift = env === "sandbox" ? await sandboxShift(context) : 0;
  return () => context.io.now() + shift;
}

/** @throws Problem where there are no keys or they can't be used */
export async function openClient(context: Context, place: Place): Promise<Opened> {
  const app = await openApp(context, place);
  const now = await clockOf(context, place.env);
  return { ...app, now, client: clientFor(context, place, app, now) };
}
