import { brokers, type OpenSetting } from "kunji";
import type { Place } from "./place.js";
import { Problem } from "./problem.js";

/** What the person has set of that which the broker's pages leave open, by the names of the app's settings. */
export type OpenValues = Readonly<Record<string, string | number | false>>;

/** The open settings of a broker, none where it has none. */
export const openSettings = ({ broker }: Place): Readonly<Record<string, OpenSetting>> =>
  brokers[broker].traits.settings ?? {};

/** What the setting can be, in words. */
function possible({ kind, choices = [] }: OpenSetting): string {
  if (kind === "choice") return `one of ${choices.join(", ")}`;
  return kind === "ms" ? "a positive number of milliseconds" : "HH:mm in India, or false for none";
}

function fits({ kind, choices = [] }: OpenSetting, value: unknown): value is OpenValues[string] {
  if (kind === "ms") return typeof value === "number" && value > 0 && value < Number.POSITIVE_INFINITY;
  if (kind === "daily" && value === false) return true;
  if (typeof value !== "string") return false;
  return kind === "choice" ? choices.includes(value) : /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(value);
}

/** The value, checked. @throws Problem `usage` that says what is possible */
export function openValue(name: string, setting: OpenSetting, value: unknown): OpenValues[string] {
  if (fits(setting, value)) return value;
  throw new Problem("usage", `${setting.label} (${name}) must be ${possible(setting)}.`);
}

/** The value as a person types it. @throws Problem `usage` that says what is possible */
export function typedValue(name: string, setting: OpenSetting, text: string): OpenValues[string] {
  const { kind } = setting;
  const none = kind === "daily" && /^(?:none|false)$/i.test(text);
  return openValue(name, setting, none ? false : kind === "ms" && text !== "" ? Number(text) : text);
}

/** A value as a person reads it. */
export const shownValue = (value: OpenValues[string]): string => (value === false ? "none" : String(value));

/** The question for a value, with what can be answered. */
export const questionFor = (setting: OpenSetting): string => {
  const what = setting.kind === "daily" ? "HH:mm in India, or none" : possible(setting);
  return `${setting.label} (${what})`;
};
