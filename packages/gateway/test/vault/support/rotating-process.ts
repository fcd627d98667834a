import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { openStore, type StorePlace } from "../../../src/adapters/database/open-store.js";
import { embeddedKeys } from "../../../src/adapters/vault/key-source.js";
import { openVault } from "../../../src/adapters/vault/open-vault.js";
import { VaultError } from "../../../src/domain/vault-error.js";
import { beginRotation } from "../../../src/flows/begin-rotation.js";
import { carryRotationOn } from "../../../src/flows/rotate-keys.js";
import { StoreProblem } from "../../../src/ports/store-problem.js";
import { leavesAll, makeRows, tenant, writeValue } from "./writers.js";

/** What a process is told to do. */
export interface ProcessTask {
  readonly place: StorePlace;
  /** The data folder, with the key file. */
  readonly folder: string;
  /** The numbers of its writers. */
  readonly writers: readonly number[];
  /** The next value's number. */
  readonly from: number;
  /** Whether it rotates once it is told to: once undisturbed, and once more to be killed. */
  readonly rotates: boolean;
  /** How long a key stays though nothing lies under it, in ms. */
  readonly graceMs: number;
}

/** A gateway's writers, and its rotations. It tells each value that is in the database, `wrote <writer> <n>`. */
async function run({ place, folder, writers, from, rotates, graceMs }: ProcessTask): Promise<void> {
  const store = await openStore(place);
  const tell = (line: string): void => void writeSync(1, `${line}\n`);
  const vault = await openVault({
    source: embeddedKeys(folder),
    records: store.vaultRecords,
    randomBytes,
    say: () => undefined,
  });
  const ports = {
    store,
    vault,
    randomBytes,
    now: Date.now,
    signals: { warn: (what: string) => tell(`warned ${what}`) } as never,
  };
  await makeRows(ports, Math.max(...writers) + 1);
  let stopping = false;
  process.on("SIGTERM", () => {
    stopping = true;
  });

  /** A value that came too late for its key was refused, and nothing is lost: whoever wrote it knows. */
  const tooLate = (error: unknown): boolean =>
    error instanceof VaultError ||
    (error instanceof StoreProblem && /23503|FOREIGNKEY|40/.test(error.databaseCode ?? ""));

  const write = async (writer: number): Promise<void> => {
    for (let n = from; !stopping; n++) {
      try {
        await writeValue(ports, writer, n);
        tell(`wrote ${writer} ${n}`);
      } catch (error) {
        if (!tooLate(error)) throw error;
        tell(`refused ${writer} ${n}`);
      }
      // What stays makes each rotation longer than the one before it.
      await wait(leavesAll(writer) ? 1_000 : 5 + 20 * Math.random());
    }
  };
  const follow = async (): Promise<void> => {
    while (!stopping) {
      await vault.followKeys();
      await wait(20);
    }
  };
  const rotateOnce = async (): Promise<string> => {
    const { id } = await beginRotation(ports, {}, { tenant, id: null });
    while (!stopping && (await store.rotations.last())?.finishedAt === null) {
      await carryRotationOn(ports, { owner: id, graceMs, batch: 7, leaseMs: 250 });
      await wait(5);
    }
    return id;
  };
  const rotate = async (): Promise<void> => {
    await once(process.stdin, "data");
    const begun = performance.now();
    const id = await rotateOnce();
    const ms = Math.ceil(performance.now() - begun);
    const lead = Math.ceil(Math.max(100, ms / 4));
    tell(`measured ${ms} ${lead} ${id}`);
    await wait(lead);
    tell("begins");
    await rotateOnce();
    tell("ended");
  };
  tell("ready");
  await Promise.all([...writers.map(write), rotates ? rotate() : follow()]);
  await store.close();
}

run(JSON.parse(process.argv[2] ?? "") as ProcessTask).catch((error: unknown) => {
  const { name, code, databaseCode } = error as Record<string, unknown>;
  process.stderr.write(
    `${String(name)} ${String(code)} ${String(databaseCode)} ${String((error as Error).stack)}\n`,
  );
  process.exit(1);
});
