import { existsSync } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { brokers } from "kunji";
import { openLook } from "../adapters/database/open-look.js";
import { createEgress } from "../adapters/egress/undici-egress.js";
import { createSandboxClock } from "../demo/sandbox-clock.js";
import type { RandomBytes } from "../domain/random-text.js";
import { keySourceOf } from "../key-place.js";
import { reachableUrl } from "../local-url.js";
import type { App } from "../ports/apps.js";
import type { Settings } from "../settings.js";
import { storePlaceOf } from "../store-place.js";
import { checkAddress } from "./check-address.js";
import { checkBrokers } from "./check-brokers.js";
import { checkClock } from "./check-clock.js";
import { checkServer, checkTables, noDatabase } from "./check-database.js";
import { checkDueWork } from "./check-due-work.js";
import { checkKeyFile, checkSeals } from "./check-keys.js";
import { checkPublicUrl } from "./check-public-url.js";
import { checkConnections, checkDisk, type Disk } from "./check-room.js";
import { checkWebhooks } from "./check-webhooks.js";
import { type Found, NotChecked, ok } from "./finding.js";
import { keysOf, openReadOnly } from "./read-only-vault.js";
import type { Check } from "./run-checks.js";

/** What an examination is made with. */
export interface ExamineWorld {
  /** ms since 1970, UTC */
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Sizes of the disk under a SQLite file; the machine's own by default. */
  readonly disk?: (file: string) => Promise<Disk>;
}

/** The checks of one examination; call `close` when they have been run. */
export interface Examination {
  readonly checks: readonly Check[];
  close(): Promise<void>;
}

/** How long one request to somebody else may take, in ms. */
const requestMs = 7_000;
/** How many of a kind are looked at, and are told about. */
const most = { apps: 1_000, ownProxies: 50, webhooks: 50, callbacks: 50 } as const;

async function machineDisk(file: string): Promise<Disk> {
  const sizes = ["", "-wal"].map((suffix) =>
    stat(`${file}${suffix}`).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  // Before the first start the folder itself may be missing: the disk is that of the one above it.
  const at = async (folder: string): Promise<Awaited<ReturnType<typeof statfs>>> =>
    statfs(folder).catch((error: unknown) => {
      if (dirname(folder) === folder) throw error;
      return at(dirname(folder));
    });
  const { bavail, bsize } = await at(dirname(file));
  return {
    free: Number(bavail) * Number(bsize),
    database: (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0),
  };
}

/** Does it once, however many want it. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= work());
}

const callbacksOf = (apps: readonly App[], publicUrl: string): readonly Found[] => {
  const redirecting = apps.filter(({ broker }) => brokers[broker].traits.login === "redirect");
  if (redirecting.length === 0) return [ok("No app needs one registered.")];
  return redirecting.slice(0, most.callbacks).map(({ tenant, id, broker, handle }) => {
    const { name } = brokers[broker].traits;
    return ok(`${tenant}/${id}: ${name} must have ${publicUrl}/callback/${broker}/${handle}`);
  });
};

/** Everything that these settings bring with them, as checks that need nothing of each other. */
export function examine(settings: Settings, world: ExamineWorld): Examination {
  const { now, randomBytes, fetch, disk = machineDisk } = world;
  const place = storePlaceOf(settings);
  const source = keySourceOf(settings);
  const { sandboxUrl, environments: listed } = settings;
  const localUrl = settings.port === 0 ? undefined : reachableUrl(settings);
  const publicUrl = settings.publicUrl ?? localUrl;
  const egress = createEgress({ targets: settings.egressTargets, connectMs: 3_000, silenceMs: requestMs });

  const away = (): never => {
    throw new NotChecked("Mend the database first.");
  };
  const look = once(() => openLook(place));
  const whole = once(async () => {
    const opened = await look().catch(away);
    const { lacking, foreign } = await opened.tables().catch(away);
    return lacking + foreign === 0 ? opened : away();
  });
  const vault = once(async () => {
    const keyring = keysOf(source);
    const opened = await whole();
    return keyring && openReadOnly(keyring, opened, randomBytes);
  });
  const opener = () => vault().catch(() => undefined);
  const apps = once(async () => (await whole()).apps(most.apps));
  const ownProxies = once(async () => (await whole()).ownProxies(most.ownProxies));

  /** The clock that the gateways write moments by: the demo's own, or else the database's. */
  async function gatewaysClock({ clock }: Awaited<ReturnType<typeof look>>): Promise<number> {
    if (!settings.demo || sandboxUrl === undefined) return clock();
    const demo = createSandboxClock(sandboxUrl, { fetch, wall: now });
    await demo.read();
    return demo.now();
  }

  async function publicUrlFound(): Promise<readonly Found[]> {
    if (publicUrl === undefined) return [ok("It is left to the machine, as the port is.")];
    const opened = await opener();
    const records = opened && (await (await whole()).keys());
    const challenge = Buffer.from(randomBytes(18)).toString("base64url");
    const keyOf =
      opened && records && records.length > 0
        ? (id: string) => {
            const key = opened.linkKey(id)?.key;
            const canary = records.find(({ keyId }) => keyId === id)?.canary;
            return key && canary && { key, canary };
          }
        : undefined;
    return checkPublicUrl({ publicUrl, localUrl, fetch, challenge, keyOf, timeoutMs: requestMs });
  }

  async function keysFound(): Promise<readonly Found[]> {
    const records = await whole()
      .then((opened) => opened.keys())
      .catch(() => undefined);
    const keyring = keysOf(source);
    const file = checkKeyFile(keyring, source, records && records.length > 0);
    if (!keyring || !records) return file;
    const opened = await vault();
    return opened ? [...file, ...checkSeals(opened, records)] : file;
  }

  const database = ["DATABASE_URL", "KUNJI_DATA"];
  const reached = [...database, "KUNJI_KEY_FILE", "KUNJI_SANDBOX_URL", "KUNJI_EGRESS_TARGETS"];
  const checks: readonly Check[] = [
    {
      name: "database",
      settings: database,
      run: async () => {
        if ("file" in place && !existsSync(place.file)) return noDatabase;
        const opened = await look();
        const tables = await opened.tables();
        return [...checkServer(await opened.server()), ...checkTables(tables)];
      },
    },
    {
      name: "room",
      settings: database,
      run: async () => {
        if ("file" in place) return checkDisk(await disk(place.file));
        const server = await look()
          .then((opened) => opened.server())
          .catch(away);
        return server ? checkConnections(server) : away();
      },
    },
    { name: "keys", settings: [...database, "KUNJI_KEY_FILE"], run: keysFound },
    {
      name: "clock",
      settings: database,
      run: async () => {
        const opened = await look().catch(away);
        await opened.clock().catch(away);
        return checkClock(opened.clock, now);
      },
    },
    {
      name: "public URL",
      settings: ["KUNJI_PUBLIC_URL", "KUNJI_HOST", "KUNJI_PORT", ...database, "KUNJI_KEY_FILE"],
      run: publicUrlFound,
    },
    {
      name: "callbacks",
      settings: ["KUNJI_PUBLIC_URL", "KUNJI_HOST", "KUNJI_PORT", ...database],
      run: async () => callbacksOf(await apps(), publicUrl ?? ""),
    },
    {
      name: "brokers",
      settings: [...reached, "KUNJI_ENVIRONMENTS"],
      run: async () => {
        const own = await ownProxies();
        const parts = { fetch, egress, vault: await opener(), sandboxUrl, listed, timeoutMs: requestMs };
        return checkBrokers(await apps(), own, parts);
      },
    },
    {
      name: "address",
      settings: reached,
      run: async () => {
        const known = await apps().catch(() => []);
        const own = await ownProxies().catch(() => []);
        return checkAddress(known, own, { fetch, egress, vault: await opener(), sandboxUrl });
      },
    },
    {
      name: "webhooks",
      settings: database,
      run: async () => {
        const opened = await whole();
        return checkWebhooks(await opened.troubledWebhooks(most.webhooks), await gatewaysClock(opened));
      },
    },
    {
      name: "due work",
      settings: database,
      run: async () => {
        if (settings.demo) return [ok("It goes by the demo's clock, and is not judged.")];
        const opened = await whole();
        const at = await opened.clock();
        return checkDueWork(await opened.due(at), at);
      },
    },
  ];
  return {
    checks,
    async close() {
      await egress.close();
      await look()
        .then((opened) => opened.close())
        .catch(() => undefined);
    },
  };
}
