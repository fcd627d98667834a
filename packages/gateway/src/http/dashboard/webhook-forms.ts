import type { EventType } from "kunji/gateway";
import { z } from "zod";
import { Problem } from "../../domain/problem.js";
import type { Refusal } from "../pages/dashboard/form-field.js";
import type { WebhookChoices, WebhookValues } from "../pages/dashboard/webhook-form.js";
import type { DashboardPorts } from "./dashboard-routes.js";

/** A field of ticks is left out, a text, or several. */
const ticks = z.preprocess(
  (value) => (value === undefined ? [] : [value].flat()),
  z.array(z.string().max(200)).max(200),
);

/** What the form of a webhook holds. */
export const webhookForm = z.object({
  url: z.string().max(4_000),
  types: ticks,
  apps: ticks,
  brokers: ticks,
  users: z.string().max(40_000).default(""),
});

const lines = (text: string): readonly string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
const orAll = (names: readonly string[]): readonly string[] | null => (names.length === 0 ? null : names);

/** A webhook as it was typed: nothing ticked stands for everything. */
export const typedWebhook = (form: z.infer<typeof webhookForm>): WebhookValues => ({
  url: form.url.trim(),
  types: orAll(form.types),
  apps: orAll(form.apps),
  brokers: orAll(form.brokers),
  users: orAll(lines(form.users)),
});

/** The same, as the flows take it: they refuse a type that isn't known. */
export const wishOf = ({ types, ...others }: WebhookValues) => ({
  ...others,
  types: types as readonly EventType[] | null,
});

/** As many apps as a form offers. */
const mostApps = 100;

/** What the form of a webhook of this tenant's offers. */
export async function webhookChoices(
  { store, brokers, webhookTargets }: Pick<DashboardPorts, "store" | "brokers" | "webhookTargets">,
  tenant: string,
): Promise<WebhookChoices> {
  const { items } = await store.apps.list(tenant, { limit: mostApps });
  return {
    apps: items.map(({ id }) => id),
    brokers: Object.values(brokers.traits).map(({ id, name }) => [id, name] as const),
    targets: webhookTargets,
  };
}

const sentences: Readonly<Record<string, string>> = {
  url: "That is no address for a webhook: it begins with https://, or http:// where the gateway allows it, and names no user and no part after a #.",
  types: "Tick events of this list alone.",
  apps: "Tick a hundred apps at most.",
  brokers: "Tick brokers of this list alone.",
  users: "Name a hundred users at most, each in 200 characters or less.",
};

/** Why a form was refused, at which field. @throws whatever else it was */
export function webhookRefusal(error: unknown): Refusal {
  if (!(error instanceof Problem)) throw error;
  const { field = "" } = error.facts;
  if (error.code === "webhooks_too_many") return { field, sentence: error.message };
  if (error.code !== "request_invalid") throw error;
  return { field, sentence: (Object.hasOwn(sentences, field) && sentences[field]) || error.message };
}

const whole = z
  .string()
  .trim()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

/** Which events are to be sent again. */
export const replayForm = z.union([
  z.object({ sequence: whole }),
  z.object({ from: whole, to: z.union([whole, z.literal("").transform(() => undefined)]).optional() }),
]);
