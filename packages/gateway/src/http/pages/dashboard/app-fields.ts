import { html } from "hono/html";
import type { OpenSetting, Traits } from "kunji";
import type { Html } from "../layout.js";
import { choiceField, formField, type Refusal, tickField } from "./form-field.js";
import { registrations } from "./registration.js";

/** What is typed into a form, or what is on file: texts by the fields' names. */
export type Typed = Readonly<Record<string, string | undefined>>;

/** What every form of an app is drawn from. */
export interface AppFormParts {
  readonly broker: Traits;
  readonly environments: readonly string[];
  /** Orders a second that the gateway lets a connection send where nobody says; `null` for any number. */
  readonly usualOrders: number | null;
  /** The developer portal by which the demo's sandbox plays the broker's; absent elsewhere. */
  readonly sandboxPortal?: string | undefined;
  readonly values: Typed;
  readonly refused?: Refusal | undefined;
}

/** The keys by the broker's own names. @param onFile the names of those that are kept; `undefined` for a new app */
export function keyFields({ broker, values, refused }: AppFormParts, onFile?: readonly string[]): Html {
  const fields = Object.entries(broker.keys).map(
    ([name, { brokerName, label, secret, optional, length }]) => {
      const kept = onFile?.includes(name) ?? false;
      const field = `keys.${name}`;
      const notes = [
        kept ? "On file. Leave it empty to keep it." : optional ? "May be left out." : "",
        length === undefined ? "" : `It has ${length} characters.`,
      ];
      const required = !kept && !optional;
      return html`${formField(
        {
          name: field,
          label: html`${label} <code class="theirs">${brokerName}</code>`,
          hint: notes.filter(Boolean).join(" ") || undefined,
          value: secret ? undefined : values[field],
          kind: secret ? "password" : "text",
          required,
        },
        refused,
      )}${kept && optional ? html`<ul class="ticks">${tickField("without", { value: name, label: `Take ${label} away`, on: false })}</ul>` : ""}`;
    },
  );
  return html`${fields}`;
}

const minuteMs = 60_000;

function settingField(
  name: string,
  { label, kind, choices = [], byDefault }: OpenSetting,
  { values, refused }: AppFormParts,
): Html {
  const field = `settings.${name}`;
  const value = values[field];
  if (kind === "choice") {
    const all = choices.map((each) => [each, each === byDefault ? `${each} (as a rule)` : each] as const);
    return choiceField({ name: field, label, value: value ?? String(byDefault) }, all, refused);
  }
  if (kind === "daily")
    return formField(
      {
        name: field,
        label,
        value: value ?? (byDefault === false ? "" : String(byDefault)),
        kind: "time",
        hint: `India’s time. Empty: none${byDefault === false ? ", as a rule" : `; as a rule ${byDefault}`}.`,
      },
      refused,
    );
  return formField(
    {
      name: field,
      label: `${label}, in minutes`,
      value: value ?? String(Number(byDefault) / minuteMs),
      kind: "number",
      hint: `As a rule ${Number(byDefault) / minuteMs}.`,
      more: html` min="1" step="any" inputmode="decimal"`,
    },
    refused,
  );
}

/** What the form of a setting holds, as the app's own value; what is as a rule is left out. */
export function settingsOf({ settings = {} }: Pick<Traits, "settings">, typed: Typed) {
  const read: Readonly<Record<OpenSetting["kind"], (text: string) => string | number | false>> = {
    choice: (text) => text,
    daily: (text) => (text === "" ? false : text),
    ms: (text) => Math.round(Number(text) * minuteMs),
  };
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, { kind, byDefault }]) => {
      const text = typed[`settings.${name}`]?.trim();
      const value = text === undefined ? byDefault : read[kind](text);
      return value === byDefault ? [] : [[name, value] as const];
    }),
  );
}

/** The settings on file as their form shows them. */
export const shownSettings = (
  { settings = {} }: Pick<Traits, "settings">,
  onFile: Readonly<Record<string, string | number | false>>,
): Typed =>
  Object.fromEntries(
    Object.entries(onFile).flatMap(([name, value]) => {
      const kind = Object.hasOwn(settings, name) ? settings[name]?.kind : undefined;
      if (kind === undefined) return [];
      return [
        [`settings.${name}`, kind === "ms" ? String(Number(value) / minuteMs) : String(value || "")] as const,
      ];
    }),
  );

const numbers = html` min="1" max="1000" inputmode="numeric"`;

/** Where the app is at its broker, and where its users go back to. */
export function placeFields(parts: AppFormParts): Html {
  const { broker, environments, usualOrders, values, refused } = parts;
  const { address } = registrations[broker.id];
  return html`${choiceField(
    {
      name: "environment",
      label: "Environment",
      value: values.environment ?? "live",
      hint: environments.length > 1 ? "live is the broker itself." : undefined,
    },
    environments.map((each) => [each, each] as const),
    refused,
  )}
${formField(
  {
    name: "return_urls",
    label: "Return URLs",
    kind: "lines",
    value: values.return_urls,
    required: true,
    hint: "Where your users’ browsers go back to after a login, one a line, matched to the letter. https, but for a loopback address.",
  },
  refused,
)}
<details class="rest"${refused && /^(?:egress|order_budget|settings)/.test(refused.field) ? html` open` : ""}><summary>Proxy, order budget and settings</summary>
${formField(
  {
    name: "egress",
    label: "Egress proxy",
    value: values.egress,
    hint: html`By which ${broker.name} is reached: <code>http://user:password@host:port</code>. Empty: directly.${address ? ` ${address}` : ""}`,
  },
  refused,
)}
${formField(
  {
    name: "order_budget.per_connection",
    label: "Orders a second, each connection",
    kind: "number",
    value: values["order_budget.per_connection"],
    hint: usualOrders === null ? "Empty: any number." : `Empty: ${usualOrders}, as the gateway has it.`,
    more: numbers,
  },
  refused,
)}
${formField(
  {
    name: "order_budget.per_app",
    label: "Orders a second, all of them together",
    kind: "number",
    value: values["order_budget.per_app"],
    hint: "Empty: any number.",
    more: numbers,
  },
  refused,
)}
${Object.entries(broker.settings ?? {}).map(([name, setting]) => settingField(name, setting, parts))}
</details>`;
}

/** How the app shows itself to its users. */
export const displayFields = ({ values, refused }: AppFormParts): Html => html`${formField(
  {
    name: "display.name",
    label: "Name",
    value: values["display.name"],
    hint: "What your users read. Empty: the host they go back to.",
    more: html` maxlength="60"`,
  },
  refused,
)}
${formField(
  {
    name: "display.accent",
    label: "Accent",
    value: values["display.accent"],
    hint: html`The colour of the buttons, as <code>#0b5c55</code>; it must stand out on white. Empty: the gateway’s own.`,
    more: html` placeholder="#0b5c55" maxlength="7"`,
  },
  refused,
)}`;
