import { html } from "hono/html";
import type { Html } from "../layout.js";

/** Why a form was refused, at which of its fields. */
export interface Refusal {
  /** A field's name; one that the form has no field of is said above it alone. */
  readonly field: string;
  readonly sentence: string;
}

/** One field of a form. */
export interface FormField {
  readonly name: string;
  readonly label: Html | string;
  /** What to write there, said below it. */
  readonly hint?: Html | string | undefined;
  readonly value?: string | undefined;
  /** `text` by default; `lines` for several, one a line. */
  readonly kind?: "text" | "password" | "number" | "time" | "url" | "lines" | "file" | undefined;
  readonly required?: boolean | undefined;
  /** Attributes besides. */
  readonly more?: Html | undefined;
}

/** A field's id. */
export const fieldId = (name: string): string => `f-${name.replace(/[^A-Za-z0-9]+/g, "-")}`;

const wrongOf = (name: string, refused: Refusal | undefined): string | undefined =>
  refused?.field === name ? refused.sentence : undefined;

/** What describes a field: its hint, and why it was refused. A field that was refused has the focus. */
function described(name: string, hint: unknown, wrong: string | undefined): Html {
  const id = fieldId(name);
  const by = [wrong && `${id}-wrong`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return html`${by ? html` aria-describedby="${by}"` : ""}${wrong ? html` aria-invalid="true" autofocus` : ""}`;
}

const notes = (name: string, hint: Html | string | undefined, wrong: string | undefined): Html =>
  html`${wrong ? html`<p class="wrong" id="${fieldId(name)}-wrong">${wrong}</p>` : ""}${hint ? html`<p class="soft" id="${fieldId(name)}-hint">${hint}</p>` : ""}`;

/** A labelled field with its hint, and why it was refused where it was. */
export function formField(
  { name, label, hint, value = "", kind = "text", required, more }: FormField,
  refused?: Refusal,
): Html {
  const wrong = wrongOf(name, refused);
  const common = html`id="${fieldId(name)}" name="${name}"${required ? html` required` : ""}${described(name, hint, wrong)} spellcheck="false" autocapitalize="none" autocomplete="${kind === "password" ? "new-password" : "off"}"${more ?? ""}`;
  const shown = kind === "file" ? undefined : kind === "password" ? "" : value;
  const control =
    kind === "lines"
      ? html`<textarea rows="3" ${common}>${value}</textarea>`
      : html`<input type="${kind}"${shown === undefined ? "" : html` value="${shown}"`} ${common}>`;
  return html`<label for="${fieldId(name)}">${label}</label>
${control}${notes(name, hint, wrong)}`;
}

/** What may be chosen: the value, and what it is called. */
export type Choices = readonly (readonly [value: string, name: string])[];

/** A labelled choice of one. */
export function choiceField(
  { name, label, hint, value = "" }: Omit<FormField, "kind" | "more">,
  choices: Choices,
  refused?: Refusal,
): Html {
  const wrong = wrongOf(name, refused);
  return html`<label for="${fieldId(name)}">${label}</label>
<select id="${fieldId(name)}" name="${name}"${described(name, hint, wrong)}>${choices.map(([each, shown]) => html`<option value="${each}"${each === value ? html` selected` : ""}>${shown}</option>`)}</select>${notes(name, hint, wrong)}`;
}

/** A tick with its label. */
export const tickField = (
  name: string,
  {
    value,
    label,
    on,
    id = fieldId(`${name}-${value}`),
  }: {
    readonly value: string;
    readonly label: Html | string;
    readonly on: boolean;
    readonly id?: string;
  },
): Html =>
  html`<li><input type="checkbox" id="${id}" name="${name}" value="${value}"${on ? html` checked` : ""}><label for="${id}">${label}</label></li>`;

/** Several ticks under one name, with why they were refused. */
export function tickFields(
  { name, label, hint }: Pick<FormField, "name" | "label" | "hint">,
  ticks: readonly Html[],
  refused?: Refusal,
): Html {
  const wrong = wrongOf(name, refused);
  return html`<fieldset${described(name, hint, undefined)}><legend>${label}</legend>${notes(name, hint, wrong)}<ul class="ticks columns">${ticks}</ul></fieldset>`;
}

/** What a refused form says above its fields. */
export const refusedNotice = ({ sentence }: Refusal) =>
  ({ tone: "bad", text: `Nothing was saved. ${sentence}` }) as const;
