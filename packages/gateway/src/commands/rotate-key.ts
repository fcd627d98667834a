import { parseArgs } from "node:util";
import { openDatabaseClock } from "../adapters/database/database-clock.js";
import { openStore } from "../adapters/database/open-store.js";
import { openVault } from "../adapters/vault/open-vault.js";
import { beginRotation } from "../flows/begin-rotation.js";
import { carryRotationOn, keyGraceMs, type RotationPorts } from "../flows/rotate-keys.js";
import { vaultKeys } from "../flows/vault-state.js";
import { keySourceOf } from "../key-place.js";
import type { Ports } from "../ports/ports.js";
import { StoreProblem } from "../ports/store-problem.js";
import { SettingError } from "../setting-error.js";
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

const quiet = () => undefined;

/** The rotation from its begin to its end, told as it goes. */
async function rotateHere(
  ports: RotationPorts & Pick<Ports, "now">,
  wish: ReturnType<typeof wishOf>,
  { graceMs, tenant }: { readonly graceMs: number; readonly tenant: string },
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
    const resealed = await carryRotationOn(ports, { owner, graceMs });
    const last = await store.rotations.last();
    if (!last || last.id !== id || last.finishedAt !== null) break;
    if (resealed > 0) say(`  values sealed anew: ${last.resealed}`);
    else if (!told) {
      told = true;
      const seconds = Math.max(1, Math.ceil((last.startedAt + graceMs - began) / 1_000));
      say(`  waiting up to ${seconds} s for what is on its way under an old key`);
    }
    if (resealed === 0) await wait(250);
  }
  const keys = await vaultKeys(ports);
  const old = keys.filter((key) => key.id !== keyId);
  say("Done.");
  for (const { id: key, values } of old)
    say(
      values > 0
        ? `  The key ${key} stays: values under it that can't be opened: ${values}.`
        : `  The key ${key} stays, and nothing lies under it.`,
    );
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
    const store = await openStore(storePlaceOf(settings)).catch((error: unknown) => {
      if (error instanceof StoreProblem && error.code === "store_in_use") return undefined;
      throw error;
    });
    if (!store) return rotateByGateway(wish, world);
    try {
      const source = keySourceOf(settings);
      const vault = await openVault({ source, records: store.vaultRecords, randomBytes, say });
      const signals = {
        loginBegun: quiet,
        loginFinished: quiet,
        loginRefused: quiet,
        refreshed: quiet,
        proxied: quiet,
        delivered: quiet,
        warn: (what: string) => say(`  look at this: ${what}`),
      };
      const read = { read: store.clock, monotonicMs: () => performance.now(), wall, warn: signals.warn };
      const now = databaseUrl === undefined ? wall : (await openDatabaseClock(read)).now;
      // A SQLite file that nobody else has open has no writer that could be on its way.
      const graceMs = databaseUrl === undefined ? 0 : keyGraceMs;
      await rotateHere({ store, vault, randomBytes, now, signals }, wish, { graceMs, tenant }, world);
    } finally {
      await store.close();
    }
  },
};
