import { html } from "hono/html";
import { eventTypes } from "kunji/gateway";
import type { WebhookFilter } from "../../../domain/webhook-filter.js";
import type { Html } from "../layout.js";
import { eventNames } from "./event-names.js";
import { formField, type Refusal, tickField, tickFields } from "./form-field.js";

/** What the fields of a webhook hold. Nothing ticked stands for everything. */
export interface WebhookValues extends WebhookFilter {
  readonly url: string;
}

/** `public`: https to the public internet alone. `any`: whatever the gateway's machine can reach. */
export type WebhookTargets = "public" | "any";

const allowed: Readonly<Record<WebhookTargets, string>> = {
  public: "An https address on the public internet",
  any: "An https or http address that this gateway’s machine can reach",
};

/** What may be ticked, and written. */
export interface WebhookChoices {
  /** The ids of the tenant's apps. */
  readonly apps: readonly string[];
  /** The brokers' ids, with their names. */
  readonly brokers: readonly (readonly [id: string, name: string])[];
  /** Where the gateway sends to, as KUNJI_WEBHOOK_TARGETS says. */
  readonly targets: WebhookTargets;
}

export const emptyWebhook: WebhookValues = { url: "", types: null, apps: null, brokers: null, users: null };

/** A test goes to its webhook whatever it wants. */
const wantable = eventTypes.filter((type) => type !== "webhook.test");

const counted = (wanted: readonly string[] | null): string =>
  wanted === null ? "all" : `${wanted.length} chosen`;

function ticks(
  name: keyof WebhookFilter,
  all: readonly (readonly [value: string, label: Html | string])[],
  wanted: readonly string[] | null,
): readonly Html[] {
  const gone = (wanted ?? []).filter((each) => !all.some(([value]) => value === each));
  return [...all, ...gone.map((each) => [each, each] as const)].map(([value, label]) =>
    tickField(name, { value, label, on: wanted?.includes(value) ?? false }),
  );
}

/** The address of a webhook, and which events it gets. */
export function webhookFields(
  values: WebhookValues,
  { apps, brokers, targets }: WebhookChoices,
  refused?: Refusal,
): Html {
  const types = wantable.map(
    (type) => [type, html`${eventNames[type]}<br><code class="theirs">${type}</code>`] as const,
  );
  const others = values.apps !== null || values.brokers !== null || values.users !== null;
  return html`${formField(
    {
      name: "url",
      label: "Address",
      kind: "url",
      value: values.url,
      required: true,
      hint: `${allowed[targets]}, where your server takes events by POST.`,
      more: html` placeholder="https://app.example/kunji" inputmode="url"`,
    },
    refused,
  )}
<details class="rest"${values.types || refused?.field === "types" ? html` open` : ""}><summary>Which events: ${counted(values.types)}</summary>
${tickFields({ name: "types", label: "Events", hint: "Nothing ticked: all of them, those of later versions too." }, ticks("types", types, values.types), refused)}</details>
<details class="rest"${others || /^(?:apps|brokers|users)$/.test(refused?.field ?? "") ? html` open` : ""}><summary>Of whom: ${others ? "some" : "everybody"}</summary>
${
  apps.length > 0 || values.apps
    ? tickFields(
        { name: "apps", label: "Apps", hint: "Nothing ticked: all apps." },
        ticks(
          "apps",
          apps.map((id) => [id, id] as const),
          values.apps,
        ),
        refused,
      )
    : ""
}
${tickFields({ name: "brokers", label: "Brokers", hint: "Nothing ticked: all brokers." }, ticks("brokers", brokers, values.brokers), refused)}
${formField({ name: "users", label: "Users", kind: "lines", value: values.users?.join("\n"), hint: "Your own names for them, one a line. Empty: all users." }, refused)}</details>`;
}
