import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrokerId, Secret } from "kunji";
import { openSession } from "../../../src/flows/seal-session.js";
import { openVendorSession } from "../../../src/flows/vendor-session-row.js";
import type { Connected } from "./connect-account.js";
import { derivedSecrets } from "./derived-secrets.js";
import type { WholeGateway } from "./whole-gateway.js";

/** Texts that were planted, by what they are. */
export type Planted = Map<string, string>;

/** What callers and users write in the wrong place; each is found nowhere again. */
export const mistakes = {
  "mistaken API key": "kunji_test_Mk1wrongWrongWrong7Qx0000000000000000000000000",
  "mistaken password": `Mk2 pass"word'<&>+7Qx`,
  "mistaken code of an authenticator": "Mk3otp7Qx-445566",
  "mistaken one-time code": "Mk4oneTime7Qx00000000000000000000000000000000",
  "mistaken member": "Mk5member7QxSecretInTheWrongPlace",
  "mistaken path": "Mk6path7QxSecretInTheWrongPlace",
  "mistaken query": "Mk7query7QxSecretInTheWrongPlace",
  "mistaken cookie": "Mk8cookie7QxSecretInTheWrongPlace00000000000",
  "mistaken broker's code": "Mk9brokersCode7QxSecretInTheWrongPlace",
  "mistaken header": "Mk10header7QxSecretInTheWrongPlace",
  "mistaken idempotency key": "Mk11twice7QxSecretInTheWrongPlace",
  "mistaken account question": "Mk12question7QxSecretInTheWrongPlace0000000",
  "words of a runtime's error": "Mk14fault7QxSecretInAnErrorsWords",
  "mistaken proxy's password": "Mk15proxy7QxSecretOfAProxy",
  "mistaken form of a call": "Mk13call7QxPasswordOfACredentialCall",
} as const;

/** The secrets of the apps at the brokers. */
export function plantApps(planted: Planted, { gateway, presets }: WholeGateway): void {
  for (const { id, keys } of Object.values(gateway.ports.brokers.traits)) {
    const app = presets[id].apps.gateway;
    for (const { brokerName, secret } of Object.values(keys))
      if (secret && app[brokerName]) planted.set(`app key of ${id}: ${brokerName}`, app[brokerName]);
    planted.set(`password at ${id}`, presets[id].users[0].password);
  }
}

/** What a login has brought forth. */
export async function plantLogin(
  planted: Planted,
  { gateway, presets }: WholeGateway,
  broker: BrokerId,
  connected: Connected,
): Promise<void> {
  const { id, link, back, account, cookies, code } = connected;
  planted.set(`link at ${broker}`, link.split("/").at(-1) ?? "");
  planted.set(`one-time code at ${broker}`, code);
  if (account) planted.set(`account question at ${broker}`, account.secret);
  const [binding] = cookies;
  if (binding) planted.set(`cookie at ${broker}`, binding);
  const told = presets[broker].apps.gateway;
  for (const [name, value] of new URL(back ?? "http://none").searchParams)
    if (value.length >= 16 && !Object.values(told).includes(value))
      planted.set(`${name === "state" ? "attempt" : "broker's code"} at ${broker}: ${name}`, value);
  const tenant = gateway.server ? "operator" : "";
  const row = await gateway.ports.store.connections.get(tenant, id);
  const session = row && openSession(gateway.ports, row);
  for (const [name, secret] of Object.entries(session?.secrets ?? {}))
    if (secret.reveal().length >= 8) planted.set(`token at ${broker}: ${name}`, secret.reveal());
  const vendor = openVendorSession(
    gateway.ports,
    await gateway.ports.store.vendorSessions.get(tenant, broker),
  );
  if (vendor) planted.set(`vendor session at ${broker}`, vendor.token.reveal());
  const vendorToken = vendor?.token.reveal() ?? "";
  const brought = { app: told, back: new URL(back ?? "http://none").searchParams, vendorToken };
  for (const [i, value] of derivedSecrets[broker](brought).entries())
    planted.set(`derived at ${broker}: ${i}`, value);
}

/** The gateway's own. */
export async function plantOwn(planted: Planted, { gateway, data }: WholeGateway): Promise<void> {
  planted.set("the operator's API key", (gateway.apiKey as Secret).reveal());
  const keys = await readFile(join(data, "gateway", "keys"), "utf8");
  planted.set("the vault's key", keys.trim().split(":").at(-1) ?? "");
}
