import type { Traits } from "kunji";
import type { PutApp } from "kunji/gateway";
import { z } from "zod";
import { Problem } from "../../domain/problem.js";
import type { AppOnFile } from "../../flows/app-on-file.js";
import type { App } from "../../ports/apps.js";
import { settingsOf, shownSettings, type Typed } from "../pages/dashboard/app-fields.js";
import type { Refusal } from "../pages/dashboard/form-field.js";

/** The fields of an app's forms: one text each, but for ticks. */
export const appForm = z.record(z.string().max(64), z.union([z.string(), z.array(z.string())]));

type Form = z.infer<typeof appForm>;

/** The fields that hold one text. @throws Problem `request_invalid` for one that is there twice */
export function typedIn(form: Form): Typed {
  for (const [field, value] of Object.entries(form))
    if (typeof value !== "string" && field !== "without") throw new Problem("request_invalid", { field });
  return form as Typed;
}

/** Whatever ticks of one name there are. */
export function ticked(form: Form, name: string): readonly string[] {
  const value = form[name];
  return value === undefined ? [] : [value].flat();
}

const lines = (text = ""): readonly string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** The keys that were typed; one that is no secret without the blanks around it. */
export function typedKeys({ keys }: Pick<Traits, "keys">, typed: Typed): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(keys).flatMap(([name, { secret }]) => {
      const text = typed[`keys.${name}`] ?? "";
      const value = secret ? text : text.trim();
      return value === "" ? [] : [[name, value] as const];
    }),
  );
}

/** Empty for none; what is no number is refused by the flow. */
const budget = (text = ""): number | null => (text.trim() === "" ? null : Number(text));

/** Where an app is at its broker and where its users go back to, as it was typed. */
export const typedPlace = (traits: Traits, typed: Typed) =>
  ({
    environment: typed.environment ?? "",
    return_urls: lines(typed.return_urls),
    egress: typed.egress?.trim() || null,
    order_budget: {
      per_connection: budget(typed["order_budget.per_connection"]),
      per_app: budget(typed["order_budget.per_app"]),
    },
    settings: settingsOf(traits, typed),
  }) satisfies Partial<PutApp>;

/** How an app shows itself, as it was typed. */
export const typedDisplay = (typed: Typed, withoutLogo = false): NonNullable<PutApp["display"]> => ({
  name: typed["display.name"]?.trim() || null,
  accent: typed["display.accent"]?.trim() || null,
  ...(withoutLogo && { logo: null }),
});

/** What is on file, as the forms show it. */
export const placeOnFile = (traits: Traits, app: App, onFile: AppOnFile | undefined): Typed => ({
  environment: app.environment,
  return_urls: app.returnUrls.join("\n"),
  egress: app.egress ?? "",
  "order_budget.per_connection": app.ordersPerConnection?.toString() ?? "",
  "order_budget.per_app": app.ordersPerApp?.toString() ?? "",
  ...shownSettings(traits, onFile?.settings ?? {}),
});

export const lookOnFile = ({ displayName, accent }: App): Typed => ({
  "display.name": displayName ?? "",
  "display.accent": accent ?? "",
});

/** What was typed, without what may be a secret: a proxy with something before its `@` is one, unless it is on file so. */
export function withoutSecrets({ keys }: Pick<Traits, "keys">, typed: Typed, known?: App): Typed {
  const { egress = "" } = typed;
  const shown = egress === known?.egress || !egress.includes("@") ? egress : (known?.egress ?? "");
  const secrets = Object.entries(keys).filter(([, { secret }]) => secret);
  return { ...typed, egress: shown, ...Object.fromEntries(secrets.map(([name]) => [`keys.${name}`, ""])) };
}

/** Problems that a person mends in the form. */
const mended: ReadonlySet<string> = new Set([
  "request_invalid",
  "id_taken",
  "app_unusable",
  "broker_fixed",
  "egress_unreachable",
  "busy",
]);

/** Codes are set in backquotes for programs' readers. */
const plain = (text: string): string => text.replaceAll("`", "");

/** Why a form was refused, at which field. @throws whatever else it was */
export function refusalIn(error: unknown, { name, keys }: Pick<Traits, "name" | "keys">): Refusal {
  if (!(error instanceof Problem) || !mended.has(error.code)) throw error;
  const { field = "", detail } = error.facts;
  const [, line] = /^return_urls\.(\d+)$/.exec(field) ?? [];
  if (line !== undefined)
    return { field: "return_urls", sentence: `Line ${Number(line) + 1}: ${plain(error.message)}` };
  const [, key = ""] = /^keys\.(.+)$/.exec(field) ?? [];
  const label = Object.hasOwn(keys, key) ? keys[key]?.label : undefined;
  if (error.code === "app_unusable")
    return { field, sentence: "What is on file of the keys can’t be used any more: write the keys first." };
  if (error.code === "egress_unreachable")
    return {
      field: "egress",
      sentence: `${plain(error.message)} With a password, type the proxy once more.`,
    };
  if (label !== undefined && detail === undefined)
    return { field, sentence: `${name} can’t have handed this out as ${label}: copy it once more.` };
  return { field, sentence: plain(error.message) };
}
