// What is changed, and which tests have to notice. Tests that look at the code itself, or that start programs, say nothing of a
// change that is only in their own process, so they are left out.

const sdk = (name) => `packages/sdk/src/${name}.ts`;
const gateway = (name) => `packages/gateway/src/${name}.ts`;
const of = (make, ...names) => names.map(make);

export const areas = {
  brokers: {
    mutate: of(sdk, "brokers/*", "checksum", "callback", "jwt", "judge", "shape"),
    tests: [
      "packages/sdk/test/brokers/*.test.ts",
      "packages/sdk/test/{call-rows,broker-words,callback-checks,jwt-end,vectors,malformed-callbacks,unreadable-answers,foreign-sessions,storage,renews,calls,first-call,value-properties,properties,no-secret-leaves,left-to-the-client}.test.ts",
    ],
  },
  vault: {
    mutate: [
      ...of(gateway, "adapters/vault/*", "domain/installation-proof", "domain/keyring", "domain/key-lines"),
      ...of(gateway, "domain/sealed-value", "domain/sealed-places", "domain/hashed", "flows/seal-session"),
    ],
    tests: [
      "packages/gateway/test/vault/{admitted-keys,canary,followed-keys,hashed,installation-proof,key-file,key-file-changes,key-file-turn,key-lines,key-source}.test.ts",
      "packages/gateway/test/vault/{keyring,last-keys,lent-keys,link-key,rotation,seal-warnings,sealed-places,sealed-session,sealing,secrecy,start}.test.ts",
    ],
  },
  rotation: {
    mutate: of(gateway, "flows/rotate-keys", "flows/begin-rotation"),
    tests: [
      "packages/gateway/test/vault/{rotation-begun,rotation-carried-on,rotate-keys,prepared-key,keys-of-others,rotations-at-once}.test.ts",
      "packages/gateway/test/http/rotation.test.ts",
    ],
  },
  lifetime: {
    mutate: [
      ...of(sdk, "lifetime", "daily-logout", "india-time"),
      ...of(gateway, "domain/schedule", "domain/renewal", "domain/daily-ends", "domain/market-clock"),
      ...of(
        gateway,
        "domain/probe-delay",
        "domain/session-spans",
        "flows/due-of-session",
        "flows/warn-of-end",
      ),
    ],
    tests: [
      "packages/sdk/test/{session-clocks,lifetime-properties,vectors}.test.ts",
      "packages/sdk/test/brokers/*.test.ts",
      "packages/gateway/test/daily-ends.test.ts",
      "packages/gateway/test/market/*.test.ts",
      "packages/gateway/test/lifetime/{probe-delay,renewal,schedule,session-spans,warn-of-end,ends,readiness,keep-renewed}.test.ts",
      "packages/gateway/test/dashboard/connection-sessions.test.ts",
    ],
  },
  lease: {
    mutate: [
      ...of(
        gateway,
        "flows/renew-under-lease",
        "flows/keep-renewed",
        "flows/keep-newer",
        "flows/refresh-session",
      ),
      ...of(gateway, "flows/renewal-failed", "flows/mark-unsure", "flows/probe-session"),
      ...of(gateway, "flows/vendor-session-lease", "flows/vendor-session-renewal"),
      ...of(gateway, "adapters/database/connection-leases", "adapters/database/vendor-sessions"),
    ],
    tests: [
      "packages/gateway/test/lifetime/{ended-by-broker,interrupted,keep-newer,keep-renewed,kept-at-last,mark-unsure,probe-session,renewal-failed,refresh,refresh-answers,shared-session,slow-broker}.test.ts",
      "packages/gateway/test/lifetime/{keep-newer-races,keep-newer-rows,keep-renewed-again,refresh-together,refresh-waiting,renew-under-lease}.test.ts",
      "packages/gateway/test/vendor-session*.test.ts",
      "packages/gateway/test/store-{contract,due-work,concurrency}.test.ts",
    ],
  },
};

/** Lines in which no change may go unnoticed: by file, the words that a line must have; every line where there are none. */
export const withoutSurvivors = {
  checksum: { "packages/sdk/src/checksum.ts": undefined },
  "associated data": {
    "packages/gateway/src/domain/sealed-value.ts": undefined,
    "packages/gateway/src/adapters/vault/aes-gcm.ts": undefined,
  },
  comparison: {
    "packages/gateway/src/domain/installation-proof.ts": /timingSafeEqual/,
    "packages/gateway/src/flows/keep-newer.ts": /sameSecrets|every|===/,
  },
  "generation check": {
    "packages/gateway/src/adapters/database/connection-leases.ts": /generation/,
    "packages/gateway/src/adapters/database/vendor-sessions.ts": /generation/,
    "packages/gateway/src/flows/keep-newer.ts": /generation/,
    "packages/gateway/src/flows/keep-renewed.ts": /generation/,
    "packages/gateway/src/flows/renew-under-lease.ts": /generation/,
    "packages/gateway/src/flows/refresh-session.ts": /generation/,
  },
};
