import { appAccess } from "../../flows/app-access.js";
import type { Choice } from "../../flows/choice-link.js";
import type { LinkedConnection } from "../../flows/connect-link.js";
import { backTo } from "../../flows/open-link.js";
import type { Ports } from "../../ports/ports.js";
import { lookOf } from "../pages/app-look.js";
import type { ChoiceView, ConnectView } from "../pages/connect-page.js";
import { failureCodes, failureOf } from "../pages/failures.js";

/** The code of a failure that an address names, where there is such a one. */
export const saidCode = (query: unknown): string | undefined => {
  const { said } = query as Readonly<Record<string, unknown>>;
  return failureCodes.find((code) => code === said);
};

/** What the page of a connection's link shows. */
export async function connectView(
  ports: Ports,
  { app, connection }: LinkedConnection,
  action: string,
  said?: string,
): Promise<ConnectView> {
  const { id: brokerId, name: broker, refresh, login } = ports.brokers.traits[app.broker];
  const { id, returnUrl } = connection;
  return {
    app: lookOf(app, returnUrl, ports.publicUrl),
    brokerId,
    broker,
    environment: app.environment,
    connection,
    returnUrl,
    access: await appAccess(ports, app.tenant),
    renewed: refresh,
    passwordHere: login === "password",
    action,
    back: backTo({ returnUrl, connection: id }, said ?? "login_cancelled"),
    said: said === undefined ? undefined : failureOf(said, broker),
  };
}

/** What the page of a link with a choice shows, in words that hold before anything is chosen. */
export function choiceView(
  { brokers, publicUrl }: Pick<Ports, "brokers" | "publicUrl">,
  { apps, returnUrl, user }: Choice,
  action: string,
): ChoiceView {
  const [first] = apps;
  if (!first) throw new Error("A choice has an app.");
  return {
    app: lookOf(first, returnUrl, publicUrl),
    user,
    offers: apps.map(({ id, broker, environment }) => ({
      app: id,
      traits: brokers.traits[broker],
      environment,
      ambiguous: apps.filter((other) => other.broker === broker).length > 1,
    })),
    action,
    back: backTo({ returnUrl, connection: undefined }, "login_cancelled"),
  };
}
