import { randomBytes } from "node:crypto";
import { Secret } from "kunji";
import { openStore } from "../../../src/adapters/database/open-store.js";
import { openVault } from "../../../src/adapters/vault/open-vault.js";
import { sealedPlaces, slotAt } from "../../../src/domain/sealed-places.js";
import { beginRotation } from "../../../src/flows/begin-rotation.js";
import { carryRotationOn } from "../../../src/flows/rotate-keys.js";
import { keySourceOf } from "../../../src/key-place.js";
import type { Store } from "../../../src/ports/store.js";
import type { Vault } from "../../../src/ports/vault.js";
import { readSettings } from "../../../src/settings.js";
import { storePlaceOf } from "../../../src/store-place.js";
import { newAttempt, newCode, t0 } from "../../support/rows.js";
import { makeRows, rowOf, tenant, writeValue } from "../../vault/support/writers.js";

export interface SealedGateway {
  readonly store: Store;
  readonly vault: Vault;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The store and the vault of these settings. */
export async function openSealed(env: Env): Promise<SealedGateway> {
  const settings = readSettings(env);
  const store = await openStore(storePlaceOf(settings));
  try {
    const source = keySourceOf(settings);
    const vault = await openVault({ source, records: store.vaultRecords, randomBytes, say: () => undefined });
    return { store, vault };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A gateway's storage with sealed values in every place there is, all of them true; no gateway runs. */
export async function sealedGateway(env: Env): Promise<SealedGateway> {
  const made = await openSealed(env);
  const { store, vault } = made;
  await makeRows(made, 8);
  for (let writer = 0; writer < 14; writer++) await writeValue(made, writer % 8, writer);
  const text = new Secret("http://user:password@proxy.example:3128");
  const egress = "http://proxy.example:3128";
  const ofApp = await vault.seal(slotAt(sealedPlaces.appEgress, tenant, rowOf(0)), text);
  const app = await store.apps.get(tenant, rowOf(0));
  if (app) await store.apps.put(tenant, { ...app, egress, sealedEgress: ofApp, at: t0 });
  const ofConnection = await vault.seal(slotAt(sealedPlaces.connectionEgress, tenant, rowOf(1)), text);
  const { generation = 0 } = (await store.connections.get(tenant, rowOf(1))) ?? {};
  const change = { egress, sealedEgress: ofConnection, at: t0 };
  await store.connections.change(tenant, rowOf(1), { generation }, change);
  await store.tenants.add("other", { name: "other", madeBy: tenant, at: t0 });
  for (const id of ["a", "b", "c"])
    await store.audit.append(tenant, { at: t0, key: null, action: "app.put", kind: "app", id });
  const ports = { store, vault, randomBytes, now: () => t0, signals: { warn: () => undefined } as never };
  await beginRotation(ports, {}, { tenant, id: null });
  while ((await store.rotations.last())?.finishedAt === null)
    await carryRotationOn(ports, { owner: "test", graceMs: 0 });
  const operator = {
    id: "opr_1",
    name: "asha",
    passwordHash: "none",
    passwordIsOneTime: false,
    createdAt: t0,
  };
  await store.operators.add(tenant, operator);
  const sealedTotp = await vault.seal(slotAt(sealedPlaces.operatorTotp, tenant, operator.id), text);
  await store.operators.changeTotp(tenant, operator.id, { sealedTotp, totpUsedStep: 1 });
  const hash = "of a code";
  const sealedSession = await vault.seal(slotAt(sealedPlaces.waitingSession, tenant, hash), text);
  await store.codes.add(tenant, newCode({ hash, connection: rowOf(2), sealedSession }));
  const attempt = "of an attempt";
  const sealedAttempt = await vault.seal(slotAt(sealedPlaces.attempt, tenant, attempt), text);
  const opened = { hash: attempt, app: rowOf(2), connection: rowOf(2), sealedAttempt };
  await store.attempts.open(tenant, newAttempt(opened));
  return made;
}
