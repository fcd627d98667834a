import { filterNames, type WebhookFilter } from "../../domain/webhook-filter.js";
import type { Webhook } from "../../ports/webhooks.js";
import type { Tables } from "./tables.js";

type Filters<T> = { readonly [F in keyof WebhookFilter]: T };

/** The filters of a row, whose lists are JSON texts. */
export function filterFrom(row: Filters<string | null>): WebhookFilter {
  const { types, apps, brokers, users } = row;
  const list = (text: string | null) => (text === null ? null : (JSON.parse(text) as string[]));
  return { types: list(types), apps: list(apps), brokers: list(brokers), users: list(users) };
}

/** Those filters that are given, as a row holds them. */
export function filterColumns(filter: Partial<WebhookFilter>): Partial<Filters<string | null>> {
  const given = filterNames.flatMap((name) => {
    const list = filter[name];
    return list === undefined ? [] : [[name, list && JSON.stringify(list)]];
  });
  return Object.fromEntries(given);
}

/** A row as the port shows it. */
export const webhookFrom = (row: Tables["webhooks"]): Webhook => ({ ...row, ...filterFrom(row) });
