import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyFileOf } from "../../../src/adapters/vault/key-source.js";
import { openVault } from "../../../src/adapters/vault/open-vault.js";
import type { SealMeasures } from "../../../src/adapters/vault/seal-counter.js";
import { sealedPlaces } from "../../../src/domain/sealed-places.js";
import { carryRotationOn } from "../../../src/flows/rotate-keys.js";
import type { Store } from "../../../src/ports/store.js";
import type { Vault } from "../../../src/ports/vault.js";
import type { TestDatabase } from "../../support/databases.js";
import { friday } from "../../support/world.js";
import { newLine } from "./vaults.js";
import { makeRows, tenant, writeValue } from "./writers.js";

/** A gateway's vault and store, with a key file that tests may write. */
export interface RotationWorld {
  readonly store: Store;
  readonly vault: Vault;
  readonly path: string;
  readonly warned: string[];
  readonly ports: Parameters<typeof carryRotationOn>[0] & { readonly now: () => number };
  /** The ids of the file's lines, in their order. */
  fileIds(): Promise<string[]>;
  writeFile(...lines: readonly string[]): Promise<void>;
  /** One more gateway's vault on the same database and file. */
  another(measures?: SealMeasures): Promise<Vault>;
  /** Carries a rotation on until it has ended. */
  finish(): Promise<void>;
  /** The text of every sealed value; `unreadable` for what can't be opened. */
  texts(by?: Vault): Promise<string[]>;
  close(): Promise<void>;
}

/** Seven writers' rows: a value in each place that a tenant's values are sealed in. */
export const writers = 7;
export const caller = { tenant, id: null };

export async function newRotationWorld(
  database: TestDatabase,
  measures?: SealMeasures,
): Promise<RotationWorld> {
  const folder = await mkdtemp(join(tmpdir(), "kunji-rotation-"));
  const path = join(folder, "keys");
  await writeFile(path, `# the first key\n${newLine("first")}\n`, { mode: 0o600 });
  const store = await database.open();
  const warned: string[] = [];
  const warn = (what: string, facts = {}) => void warned.push(`${what} ${JSON.stringify(facts)}`);
  const open = (own?: SealMeasures) =>
    openVault({
      source: keyFileOf(path),
      records: store.vaultRecords,
      randomBytes,
      say: () => undefined,
      warn,
      measures: own,
    });
  const vault = await open(measures);
  const ports = { store, vault, randomBytes, now: () => friday, signals: { warn } as never };
  await makeRows(ports, writers);
  for (let i = 0; i < writers; i++) await writeValue(ports, i, 1);
  return {
    store,
    vault,
    path,
    warned,
    ports,
    async fileIds() {
      const lines = (await readFile(path, "utf8")).split("\n");
      return lines.filter((line) => line && !line.startsWith("#")).map((line) => line.split(":")[0] ?? "");
    },
    async writeFile(...lines) {
      await writeFile(path, `${lines.join("\n")}\n`, { mode: 0o600 });
      await chmod(path, 0o600);
    },
    another: (own) => open(own),
    async finish() {
      while ((await store.rotations.last())?.finishedAt === null)
        await carryRotationOn(ports, { owner: "test", graceMs: 0, batch: 2 });
    },
    async texts(by = vault) {
      const found: string[] = [];
      for (const { keyId } of await store.vaultRecords.keys())
        for (const place of Object.values(sealedPlaces).filter((one) => one !== sealedPlaces.linkKey))
          for (const { slot, sealed } of await store.sealedValues.under(place, keyId, { limit: 1_000 }))
            try {
              found.push(by.open(slot, sealed).reveal());
            } catch {
              found.push("unreadable");
            }
      return found.sort();
    },
    async close() {
      await store.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
