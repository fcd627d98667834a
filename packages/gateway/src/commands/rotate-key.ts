import { parseArgs } from "node:util";
import { openDatabaseClock } from "../adapters/database/database-clock.js";
import { openReader } from "../adapters/database/open-reader.js";
import { openStore } from "../adapters/database/open-store.js";
import { openVault } from "../adapters/vault/open-vault.js";
import { beginRotation } from "../flows/begin-rotation.js";
import { createAbsenceWarning } from "../flows/follow-keys.js";
import { carryRotationOn, keyGraceMs, type RotationPace, type RotationPorts } from "../flows/rotate-keys.js";
import { checkSealedHere, hasSealed } from "../flows/sealed-here.js";
import { vaultKeys } from "../flows/vault-state.js";
import { keySourceOf } from "../key-place.js";
import type { Ports } from "../ports/ports.js";
import { StoreProblem } from "../ports/store-problem.js";
import { SettingError } from "../setting-error.js";
import type { Settings } from "../settings.js";
import { checkNotLeft } from "../store-left.js";
import { storePlaceOf } from "../store-place.js";
import type { Command, CommandWorld } from "./command.js";
import { rotateByGateway } from "./rotate-by-gateway.js";

const usage = "kunji-gateway rotate-key takes --key <id> and --keep, and nothing else.";

/** What was asked for. @throws SettingError */
function wishOf(args: readonly string[]): { readonly key?: string | undefined; readonly keep: boolean } {
  try {
    const options = { key: { type: "string" }, keep: { type: "boolean", default: false } } as const;
    const { values } = parseArgs({ args: [...args], options });
    return values;
  } catch {
    throw new SettingError(usage);
  }
}

/** Looks, and changes nothing, whether the key file may be changed beside this database. @throws StoreProblem, Problem, SettingError */
async function checkDatabase(settings: Settings): Promise<void> {
  checkNotLeft(settings);
  const reader = await openReader(storePlaceOf(settings));
  try {
    await checkSealedHere(reader.vaultRecords);
  } finally {
    await reader.close();
  }
}

/** The rotation from its begin to its end, told as it goes. */
async function rotateHere(
  ports: RotationPorts & Pick<Ports, "now">,
  wish: ReturnType<typeof wishOf>,
  { graceMs, absent, tenant }: Pick<RotationPace, "graceMs" | "absent"> & { readonly tenant: string },
  { say, wait }: CommandWorld,
): Promise<void> {
  const { store, vault } = ports;
  const before = await store.rotations.last();
  const { id, keyId } = await beginRotation(ports, wish, { tenant, id: null });
  say(`${before?.id === id ? "Going on with" : "From now on everything is sealed with"} the key ${keyId}.`);
  if (vault.sealingKeyId() !== keyId)
    throw new SettingError(
      `A rotation to the key ${keyId} runs, and the key file here does not hold it: put its line into the file.`,
    );
  const owner = `command-${Buffer.from(ports.randomBytes(8)).toString("hex")}`;
  const began = await store.clock();
  let told = false;
  for (;;) {
    const resealed = await carryRotationOn(ports, { owner, graceMs, absent });
    const last = await store.rotations.last();
    if (!last || last.id !== id || last.finishedAt !== null) break;
    if (resealed > 0) say(`  values sealed anew: ${last.resealed}`);
    else if (!told) {
      told = true;
      const seconds = Math.max(1, Math.ceil((last.startedAt + (graceMs ?? keyGraceMs) - began) / 1_000));
      say(`  waiting up to ${seconds} s for what is on its way under an old key`);
    }
    if (resealed === 0) await wait(250);
  }
  const keys = await vaultKeys(ports);
  const old = keys.filter((key) => key.id !== keyId);
  say("Done.");
  for (const key of old) {
    const { id: its, values } = key;
    if (values > 0) say(`  The key ${its} stays: values under it that can't be opened: ${values}.`);
    else if (hasSealed(key)) say(`  The key ${its} stays, and nothing lies under it.`);
    else say(`  The key ${its} stays: nothing was ever sealed with it here.`);
  }
  if (old.length === 0)
    say("  No other key is left. Copies of the database from before need the key file from before.");
}

/** `kunji-gateway rotate-key`: seals everything with another key, by the gateway where one has the database. */
export const rotateKey: Command = {
  help: "rotate-key [--key <id>] [--keep]   seals everything with a new key, or with one of the key file",
  async run(args, world) {
    const wish = wishOf(args);
    const { settings, randomBytes, now: wall, say } = world;
    const { databaseUrl, tenant } = settings;
    await checkDatabase(settings);
    const store = await openStore(storePlaceOf(settings)).catch((error: unknown) => {
      if (error instanceof StoreProblem && error.code === "store_in_use") return undefined;
      throw error;
    });
    if (!store) return rotateByGateway(wish, world);
    try {
      const source = keySourceOf(settings);
      const vault = await openVault({ source, records: store.vaultRecords, randomBytes, say });
      const monotonicMs = () => performance.now();
      const warn = (what: string) => say(`  look at this: ${what}`);
      const read = { read: store.clock, monotonicMs, wall, warn };
      const now = databaseUrl === undefined ? wall : (await openDatabaseClock(read)).now;
      // A SQLite file that nobody else has open has no writer that could be on its way.
      const graceMs = databaseUrl === undefined ? 0 : keyGraceMs;
      const absent = createAbsenceWarning(warn, monotonicMs);
      await rotateHere({ store, vault, randomBytes, now }, wish, { graceMs, absent, tenant }, world);
    } finally {
      await store.close();
    }
  },
};
