import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Secret } from "kunji";
import { type KeyFile, makeKeyFile, readKeyFile } from "./adapters/vault/key-file.js";
import { newPassword } from "./domain/random-text.js";
import type { OperatorPorts } from "./flows/operators/operator-ports.js";
import { firstOperator, makeFirstOperator } from "./flows/operators/operators.js";
import type { Settings } from "./settings.js";

const fileIn = (data: string): KeyFile => {
  const path = join(data, "gateway", "operator-password");
  return { path, named: `The file ${path}`, owner: process.geteuid?.() };
};

/** The text of the file, which is made where there is none; and whether it was. */
async function passwordIn(file: KeyFile, { randomBytes }: Pick<OperatorPorts, "randomBytes">) {
  const kept = readKeyFile(file)?.trim();
  if (kept) return { password: new Secret(kept), made: false };
  const suffix = Buffer.from(randomBytes(8)).toString("hex");
  const made = await makeKeyFile(file, newPassword(randomBytes).reveal(), suffix);
  return { password: new Secret(readKeyFile(file)?.trim() ?? ""), made };
}

/**
 * Makes the first operator of the gateway's own tenant, where it has never had one: with the password of the settings, which is
 * never written, or with one of chance that is kept in the data folder, for its owner alone.
 * @throws KeyringError where the file can't be used; StoreProblem
 */
export async function ownOperator(
  ports: OperatorPorts,
  { tenant, data, operatorPassword }: Pick<Settings, "tenant" | "data" | "operatorPassword">,
  say: (sentence: string) => void,
): Promise<void> {
  const { store } = ports;
  const own = await store.tenants.get(tenant);
  if (own?.madeBy !== null || own.endedAt !== null || (await store.operators.any(tenant))) return;
  if (operatorPassword) {
    await makeFirstOperator(ports, tenant, operatorPassword);
    return;
  }
  const file = fileIn(data);
  const { password, made } = await passwordIn(file, ports);
  if (await makeFirstOperator(ports, tenant, password))
    say(`The dashboard's first operator is called ${firstOperator}; the password is in ${file.path}.`);
  // Another gateway on this database was first: this password opens nothing.
  else if (made) await rm(file.path, { force: true });
}
