import { importRows } from "../adapters/database/import-rows.js";
import { thisVersion } from "../adapters/database/migrate.js";
import { openEmpty } from "../adapters/database/open-empty.js";
import { readMovedFile } from "../adapters/moved-file/read-moved-file.js";
import { checkCanaries } from "../adapters/vault/canary.js";
import { readKeys } from "../adapters/vault/key-source.js";
import { KeyringError } from "../domain/keyring-error.js";
import type { MovedValue } from "../domain/moved-row.js";
import { keySourceOf } from "../key-place.js";
import type { RowSink } from "../ports/row-sink.js";
import type { VaultKeyRecord } from "../ports/vault-records.js";
import { SettingError } from "../setting-error.js";
import { storePlaceOf } from "../store-place.js";
import type { Command, CommandWorld } from "./command.js";
import { fileArgument } from "./file-argument.js";
import { tableCounts, toldRows } from "./told-rows.js";

/** Keeps the records of the vault's keys out of a file's rows. */
function keyRecords(): RowSink & { readonly found: VaultKeyRecord[] } {
  const found: VaultKeyRecord[] = [];
  let names: readonly string[] | undefined;
  return {
    found,
    async table(name, columns) {
      names = name === "vault_keys" ? columns.map((column) => column.name) : undefined;
    },
    async rows(rows) {
      for (const row of names ? rows : []) {
        const at = (name: string): MovedValue => row[names?.indexOf(name) ?? -1] ?? null;
        const canary = at("canary");
        const retiringAt = at("retiring_at");
        found.push({
          keyId: String(at("key_id")),
          canary: canary instanceof Uint8Array ? canary : new Uint8Array(),
          seals: Number(at("seals")),
          retiringAt: retiringAt === null ? null : Number(retiringAt),
        });
      }
    },
  };
}

/** The keys here must be those that the file's values lie under. @throws KeyringError */
async function checkKeys(
  known: readonly VaultKeyRecord[],
  { settings, randomBytes, say }: CommandWorld,
): Promise<void> {
  if (known.length === 0) return;
  const source = keySourceOf(settings);
  const keys = await readKeys(source, { randomBytes, inUse: true, say }).catch((error: unknown) => {
    if (!(error instanceof KeyringError) || error.code !== "key_file_missing") throw error;
    throw new KeyringError(
      "key_file_missing",
      `${source.file.named} is not there, and the file's values are sealed: put a copy of the old place's key file there, with mode 0600.`,
    );
  });
  checkCanaries(keys, known);
}

/** `kunji-gateway import`: takes what `export` has written into an empty database. */
export const importRowsFrom: Command = {
  help: "import <file>   takes what export has written into an empty database",
  async run(args, world) {
    const { settings, say } = world;
    const file = fileArgument(args, "import");
    const records = keyRecords();
    // The file as a whole comes first, so that what is wrong with it is said before anything is stored.
    const seen = await readMovedFile(file, thisVersion, records);
    await checkKeys(records.found, world);
    const { place, close } = await openEmpty(storePlaceOf(settings));
    try {
      await importRows(place, async (sink) => {
        const { sha256 } = await readMovedFile(file, thisVersion, toldRows(sink, say));
        if (sha256 !== seen.sha256) throw new SettingError("The file was replaced while it was read.");
      });
    } finally {
      await close();
    }
    for (const line of tableCounts(seen.rows)) say(line);
    say("Everything is in the database. Start the gateway here, and no longer at the old place.");
  },
};
