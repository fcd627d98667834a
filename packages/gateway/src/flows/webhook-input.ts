import { type EventType, eventTypes } from "kunji/gateway";
import { Problem } from "../domain/problem.js";
import type { WebhookFilter } from "../domain/webhook-filter.js";
import type { Brokers } from "../ports/brokers.js";

/** The filters as a tenant asks for them. One that is `null` lets everything pass; one that is left out stays, or does so too. */
export interface WebhookFilters {
  readonly types?: readonly EventType[] | null | undefined;
  readonly apps?: readonly string[] | null | undefined;
  readonly brokers?: readonly string[] | null | undefined;
  readonly users?: readonly string[] | null | undefined;
}

const longestUrl = 2_000;
const mostNames = 100;

/** Absolute, http or https, without user info and fragment. @throws Problem `request_invalid` {field: `url`} */
export function readUrl(text: string): string {
  const url = URL.parse(text);
  const usable =
    url !== null &&
    text.length <= longestUrl &&
    (url.protocol === "https:" || url.protocol === "http:") &&
    url.username === "" &&
    url.password === "" &&
    !text.includes("#");
  if (usable) return url.href;
  throw new Problem("request_invalid", {
    field: "url",
    detail: `A webhook's URL is absolute, begins with https:// or http://, names no user and no fragment, and has at most ${longestUrl} characters.`,
  });
}

function readNames(
  field: keyof WebhookFilter,
  names: readonly string[] | null,
  isName: (name: string) => boolean,
  what: string,
): readonly string[] | null {
  if (names === null) return null;
  if (names.length > 0 && names.length <= mostNames && names.every(isName)) return [...new Set(names)];
  throw new Problem("request_invalid", {
    field,
    detail: `Name one ${what} or more, ${mostNames} at most; leave \`${field}\` out, or make it null, for all of them.`,
  });
}

/** Those filters that are given. @throws Problem `request_invalid` that names the field */
export function readFilters(
  { traits }: Pick<Brokers, "traits">,
  { types, apps, brokers, users }: WebhookFilters,
): Partial<WebhookFilter> {
  const known: readonly string[] = eventTypes;
  const isText = (name: string) => name.length > 0 && name.length <= 200;
  return {
    ...(types !== undefined && {
      types: readNames("types", types, (name) => known.includes(name), "event type"),
    }),
    ...(apps !== undefined && { apps: readNames("apps", apps, isText, "app's id") }),
    ...(brokers !== undefined && {
      brokers: readNames("brokers", brokers, (name) => Object.hasOwn(traits, name), "broker"),
    }),
    ...(users !== undefined && { users: readNames("users", users, isText, "user") }),
  };
}
