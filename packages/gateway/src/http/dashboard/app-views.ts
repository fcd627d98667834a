import type { Traits } from "kunji";
import type { Finding } from "../../flows/app-findings.js";
import { appOnFile } from "../../flows/app-on-file.js";
import { callbackUrlOf } from "../../flows/open-app.js";
import type { App } from "../../ports/apps.js";
import type { Ports } from "../../ports/ports.js";
import { lookOf } from "../pages/app-look.js";
import type { AppForm, AppView } from "../pages/dashboard/app.js";
import type { AppFormParts, Typed } from "../pages/dashboard/app-fields.js";
import type { Refusal } from "../pages/dashboard/form-field.js";
import type { Notice } from "../pages/dashboard/frame.js";
import { lookOnFile, placeOnFile } from "./app-forms.js";

/** What every form of an app at a broker is drawn from. */
export const formParts = (ports: Ports, broker: Traits, sandboxPanel: string | undefined) => ({
  broker,
  environments: ports.brokers.environments(broker.id),
  usualOrders: ports.ordersPerSecond,
  sandboxPortal: sandboxPanel && new URL(`/${broker.id}/portal`, sandboxPanel).href,
});

/** What a page shows besides what is on file. */
export interface AppSaid {
  readonly notice?: Notice | undefined;
  /** A form that was sent and not saved: what it holds, and why it was refused. */
  readonly form?:
    | { readonly name: AppForm; readonly values: Typed; readonly refused?: Refusal | undefined }
    | undefined;
  readonly leaving?: number | undefined;
  readonly findings?: readonly Finding[] | undefined;
  /** Where the demo's sandbox is steered. */
  readonly sandboxPanel?: string | undefined;
}

/** What an app's page shows. */
export async function appView(
  ports: Ports,
  app: App,
  { notice, form, leaving, findings, sandboxPanel }: AppSaid,
): Promise<AppView> {
  const traits = ports.brokers.traits[app.broker];
  const parts = formParts(ports, traits, sandboxPanel);
  const onFile = appOnFile(ports, app);
  const filed = { keys: {}, place: placeOnFile(traits, app, onFile), look: lookOnFile(app), logo: {} };
  const partsOf = (name: AppForm): AppFormParts =>
    form?.name === name
      ? { ...parts, values: form.values, refused: form.refused }
      : { ...parts, values: filed[name] };
  const forms = {
    keys: partsOf("keys"),
    place: partsOf("place"),
    look: partsOf("look"),
    logo: partsOf("logo"),
  };
  const look = lookOf(app, app.returnUrls[0] ?? ports.publicUrl);
  const host = lookOf({ ...app, displayName: null }, app.returnUrls[0] ?? ports.publicUrl).name;
  const { "display.name": name, "display.accent": accent } = forms.look.values;
  const vendor = traits.vendorSession ? await ports.store.vendorSessions.get(app.tenant, app.id) : undefined;
  return {
    app,
    callbackUrl: callbackUrlOf(ports, app),
    forms,
    keysOnFile: onFile?.keys,
    leaving,
    preview: { broker: traits, name: name?.trim() || host, logo: look.logo, accent: accent?.trim() || null },
    vendor: traits.vendorSession
      ? { endsAt: vendor?.endsAt ?? null, loggedOutAt: vendor?.loggedOutAt ?? null }
      : undefined,
    findings,
    now: ports.now(),
    notice,
  };
}
