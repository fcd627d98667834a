import { brokers, type KeyField } from "kunji";
import { formFor } from "../app-form.js";
import type { Arguments } from "../arguments.js";
import { type Command, envOptionHelp } from "../command.js";
import type { Context } from "../context.js";
import { checkKeys } from "../doctor/check-keys.js";
import { exits } from "../exit-codes.js";
import { type OpenApp, openApp } from "../open-client.js";
import { openSettings, shownValue } from "../open-settings.js";
import { printable, table } from "../output.js";
import type { Place } from "../place.js";
import { placeOf } from "../places-of.js";
import { Problem } from "../problem.js";
import type { AppRecord } from "../store/records.js";

function originsOf(args: Arguments, { broker, env }: Place): Pick<AppRecord, "origins"> {
  const [api, login] = [args.value("api"), args.value("login")];
  if (api === undefined && login === undefined) return {};
  if (env === "sandbox" || env in brokers[broker].traits.environments)
    throw new Problem(
      "usage",
      `The hosts of ${broker}'s ${env} are known: --api and --login are for an environment of your own.`,
      "Give it another name with --env.",
    );
  const both = { api: api ?? login ?? "", login: login ?? api ?? "" };
  return { origins: both };
}

async function set(context: Context, place: Place, args: Arguments) {
  const { out, store } = context;
  const { traits } = brokers[place.broker];
  const origins = originsOf(args, place);
  if (place.env !== "sandbox" && !origins.origins && !(place.env in traits.environments))
    await openApp(context, place);
  const { settings, open } = await formFor(context, place, {
    stdin: args.flag("stdin-json"),
    all: args.flag("all"),
  });
  const record: AppRecord = { settings, open, ...origins };
  const app: OpenApp = {
    settings,
    open,
    own: true,
    origins: origins.origins ?? traits.environments[place.env],
    preset: undefined,
  };
  const doubts = checkKeys(place, app).filter(({ level }) => level !== "ok");
  await store.saveApp(place, record);
  for (const { says } of doubts) out.warn(`${out.tone("warn", "But:")} ${says}`);
  out.result({ ...place, kept: [...Object.keys(settings), ...Object.keys(open)], doubts }, [
    `Your app's keys for ${traits.name} (${place.env}) are kept, encrypted.`,
    `Next: kunji doctor ${place.broker} --env ${place.env}, then kunji login ${place.broker} --env ${place.env}`,
  ]);
}

async function show(context: Context, place: Place) {
  const { traits } = brokers[place.broker];
  const { settings, open: values, own, origins } = await openApp(context, place);
  const keys: Readonly<Record<string, Pick<KeyField, "label" | "secret">>> = {
    ...traits.keys,
    ...(traits.login === "redirect" ? { redirectUri: { label: "Redirect URL", secret: false } } : {}),
  };
  const open = Object.entries(keys).filter(([, { secret }]) => !secret);
  const secret = Object.entries(keys).filter(([, key]) => key.secret);
  const left = Object.entries(openSettings(place)).map(([name, { label, byDefault }]) => ({
    name,
    label,
    value: values[name] ?? byDefault,
    given: values[name] !== undefined,
  }));
  const state = (name: string) => (settings[name] === undefined ? "not set" : "set, not shown");
  context.out.result(
    {
      ...place,
      source: own ? "own" : "sandbox",
      fields: Object.fromEntries(open.map(([name]) => [name, settings[name] ?? null])),
      secrets: Object.fromEntries(secret.map(([name]) => [name, settings[name] !== undefined])),
      settings: Object.fromEntries(left.map(({ name, value }) => [name, value])),
      ...(own && origins ? { origins } : {}),
    },
    [
      `${traits.name} (${place.env}): ${own ? "your own app" : "the sandbox's ready app"}`,
      ...table([
        ...open.map(([name, { label }]) => [`  ${label}`, printable(settings[name] ?? "not set")]),
        ...secret.map(([name, { label }]) => [`  ${label}`, context.out.tone("quiet", state(name))]),
        ...left.map(({ label, value, given }) => [
          `  ${label}`,
          `${shownValue(value)}${given ? "" : " (by default)"}`,
        ]),
      ]),
    ],
  );
}

async function remove(context: Context, place: Place) {
  await context.store.removeApp(place);
  context.out.result({ ...place, removed: true }, [
    `Your keys for ${brokers[place.broker].traits.name} (${place.env}) are removed.`,
  ]);
}

const verbs = { set, show, remove };

async function run(context: Context, args: Arguments) {
  const verb = args.words[0] ?? "";
  if (!Object.hasOwn(verbs, verb))
    throw new Problem("usage", "Say what to do with the app: set, show or remove.", "See: kunji help app");
  const place = await placeOf(context, args, 1);
  await context.store.alone(place, () => verbs[verb as keyof typeof verbs](context, place, args));
  return exits.ok;
}

export const appCommand: Command = {
  name: "app",
  summary: "keep your own app's keys",
  usage: "set|show|remove <broker> [--env ENV]",
  help: `Keeps the keys of your own app at a broker, encrypted. Secrets are asked for without echo and never shown.
In the sandbox no keys are needed: it has an app ready.

${envOptionHelp}
  --all            set: ask also for what the broker's pages leave open (Nuvama's IV, a daily logout, a lifetime)
  --stdin-json     set: read the keys from stdin as one JSON object, with the open settings where you have them
  --api URL        set: the base URL of calls, in an environment of your own (UAT, a white label)
  --login URL      set: the base URL of its login page

Examples:
  kunji app set zebu --env live
  kunji app show zebu --env live
  echo '{"clientId":"…","secret":"…","redirectUri":"http://127.0.0.1:4702/callback/zebu"}' |
    kunji app set zebu --env live --stdin-json
  kunji app set nuvama --env uat --api https://uat.example.com --login https://uat.example.com`,
  options: {
    env: { type: "string" },
    "stdin-json": { type: "boolean" },
    all: { type: "boolean" },
    api: { type: "string" },
    login: { type: "string" },
  },
  most: 2,
  run,
};
