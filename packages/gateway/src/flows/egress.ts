import type { Secret } from "kunji";
import { egressRule, readEgressUrl } from "../domain/egress-url.js";
import { Problem } from "../domain/problem.js";
import { sealedPlaces, slotAt } from "../domain/sealed-places.js";
import { isKeyAbsent } from "../domain/vault-error.js";
import type { App } from "../ports/apps.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";

/** The columns that hold a proxy. */
export type EgressColumns = Pick<App, "egress" | "sealedEgress">;

export const noEgress: EgressColumns = { egress: null, sealedEgress: null };

/** Whose proxy it is. */
export interface EgressPlace {
  readonly kind: "app" | "connection";
  readonly tenant: string;
  readonly id: string;
}

/** The connection that something is sent for, or what is left of it. */
export type Via = Pick<Connection, "tenant" | "id" | "sealedEgress">;

const slotOf = ({ kind, tenant, id }: EgressPlace) =>
  slotAt(kind === "app" ? sealedPlaces.appEgress : sealedPlaces.connectionEgress, tenant, id);

/** @throws Problem `app_unusable` {field: `egress`} where what is on file can't be opened: nothing goes directly instead; VaultError `key_absent` */
function opened({ vault }: Pick<Ports, "vault">, place: EgressPlace, sealed: Uint8Array, { broker }: App) {
  try {
    return vault.open(slotOf(place), sealed);
  } catch (error) {
    if (isKeyAbsent(error)) throw error;
    throw new Problem("app_unusable", { broker, field: "egress" });
  }
}

/**
 * The proxy by which an app's broker is reached: the connection's own, else the app's. What the app sends for itself goes by
 * the app's.
 */
export function egressOf(ports: Pick<Ports, "vault">, app: App, via: Via | undefined): Secret | undefined {
  const { tenant } = app;
  if (via?.sealedEgress)
    return opened(ports, { kind: "connection", tenant, id: via.id }, via.sealedEgress, app);
  return app.sealedEgress
    ? opened(ports, { kind: "app", tenant, id: app.id }, app.sealedEgress, app)
    : undefined;
}

const field = "egress";

/** @throws Problem `egress_unreachable`, `request_invalid` where the gateway may not go there */
async function demandReach({ egress }: Pick<Ports, "egress">, proxy: Secret, origin: string): Promise<void> {
  const trial = await egress.try(proxy, origin);
  if (trial === "refused")
    throw new Problem("request_invalid", {
      field,
      detail: "A proxy lies on the public internet, unless the operator allows others.",
    });
  if (trial === "unreachable") throw new Problem("egress_unreachable", { field });
}

/**
 * Reads, tries and seals a proxy. The one that is on file, given as it is shown, keeps its password. Call it before a
 * transaction, never within one.
 * @param origin the broker's: the proxy must lead there
 * @throws Problem `request_invalid` {field: `egress`}, `egress_unreachable`
 */
export async function newEgress(
  ports: Ports,
  place: EgressPlace,
  given: string | null,
  origin: string,
  known: EgressColumns = noEgress,
): Promise<EgressColumns> {
  if (given === null) return noEgress;
  const read = readEgressUrl(given);
  if (!read) throw new Problem("request_invalid", { field, detail: egressRule });
  const same = known.sealedEgress !== null && given === known.egress;
  const proxy = same ? ports.vault.open(slotOf(place), known.sealedEgress) : read.whole;
  await demandReach(ports, proxy, origin);
  return { egress: read.shown, sealedEgress: await ports.vault.seal(slotOf(place), proxy) };
}
