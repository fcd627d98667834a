import { join } from "node:path";
import { KunjiError, Secret, type Session, sessionFrom, toStored, type VendorStore } from "kunji";
import { brokerIds, envOption, type Place } from "../place.js";
import { Problem, type ProblemCode } from "../problem.js";
import { type Ending, endingOf, withEnding } from "./ending.js";
import { open, seal } from "./envelope.js";
import { namesIn, readText, removeFile, writeWhole } from "./files.js";
import { closeKey, keyPath, readKey, readOrMakeKey } from "./key-file.js";
import { withLock } from "./lock.js";
import { type AppRecord, appFrom, vendorFrom } from "./records.js";

type Kind = "session" | "app" | "vendor";

/** What is kept between commands: sealed with the key of a key file, one file each. */
export interface Store {
  readonly folder: string;
  /** @throws Problem `session_unreadable`, `key_unreadable`, `store_failed` */
  session(place: Place): Promise<Session | undefined>;
  saveSession(place: Place, session: Session): Promise<void>;
  removeSession(place: Place): Promise<void>;
  /** Marks the stored session, where there is one, as over; the next one that is saved has no mark. */
  endSession(place: Place, ending: Ending): Promise<void>;
  /** The mark on the stored session. */
  sessionEnding(place: Place): Promise<Ending | undefined>;
  /** @throws Problem `app_unreadable`, `key_unreadable`, `store_failed` */
  app(place: Place): Promise<AppRecord | undefined>;
  saveApp(place: Place, app: AppRecord): Promise<void>;
  removeApp(place: Place): Promise<void>;
  /** For the broker's client. @throws Problem `vendor_unreadable`, `key_unreadable`, `store_failed` */
  vendor(place: Place): VendorStore;
  /** Where there is a file of this kind. */
  places(kind: Kind): Promise<readonly Place[]>;
  lastEnv(): Promise<string | undefined>;
  saveLastEnv(env: string): Promise<void>;
  /**
   * Does the work while no other command works with this broker and environment: of two calls at once the second
   * begins with what the first has stored.
   */
  alone<T>(place: Place, work: () => Promise<T>): Promise<T>;
}

const unreadableCodes: Readonly<Record<Kind, ProblemCode>> = {
  session: "session_unreadable",
  app: "app_unreadable",
  vendor: "vendor_unreadable",
};

function unreadable(kind: Kind, place: Place, path: string): Problem {
  const { broker } = place;
  const what = { session: "session", app: "app's keys", vendor: "vendor session" }[kind];
  const next = {
    session: `Put its copy back, or log in anew: kunji login ${broker}${envOption(place)}`,
    app: `Put its copy back, or enter the keys anew: kunji app set ${broker} --env ${place.env}`,
    vendor: `Put its copy back, or remove ${path}: the next login makes a new one.`,
  }[kind];
  return new Problem(
    unreadableCodes[kind],
    `${broker} (${place.env}): the stored ${what} can't be opened: the file is damaged, or was written with another key. It is left as it is.`,
    next,
  );
}

const filePattern = /^(session|app|vendor)\.([a-z]+)\.([a-z][a-z0-9-]*)$/;

/** Opens the store; nothing is made or read before it is needed. */
export function createStore(
  folder: string,
  randomBytes: (length: number) => Uint8Array,
  signal: AbortSignal,
  warn: (line: string) => void = () => undefined,
): Store {
  async function closed(): Promise<void> {
    if (await closeKey(folder))
      warn(
        `Others could read the key file ${keyPath(folder)}: it is yours alone again. Who has read it can open copies of the sessions.`,
      );
  }

  const pathOf = (kind: Kind, { broker, env }: Place) => join(folder, `${kind}.${broker}.${env}`);

  async function read<T>(kind: Kind, place: Place, parse: (text: string) => T | undefined) {
    const path = pathOf(kind, place);
    const envelope = await readText(path);
    if (envelope === undefined) return undefined;
    await closed();
    const key = await readKey(folder);
    const text = key && open(key, { kind, ...place }, envelope);
    const value = text === undefined ? undefined : parse(text);
    if (value === undefined) throw unreadable(kind, place, path);
    return value;
  }

  async function write(kind: Kind, place: Place, text: string): Promise<void> {
    await closed();
    const key = await readOrMakeKey(folder, randomBytes, signal);
    await writeWhole(pathOf(kind, place), seal(key, { kind, ...place }, text, randomBytes));
  }

  function parsedSession(text: string, { broker }: Place): Session | undefined {
    try {
      return sessionFrom(text, broker);
    } catch (error) {
      if (error instanceof KunjiError) return undefined;
      throw error;
    }
  }

  return {
    folder,
    session: (place) => read("session", place, (text) => parsedSession(text, place)),
    saveSession: (place, session) => write("session", place, toStored(session)),
    async endSession(place, ending) {
      const session = await read("session", place, (text) => parsedSession(text, place));
      if (session) await write("session", place, withEnding(toStored(session), ending));
    },
    async sessionEnding(place) {
      const marked = await read(
        "session",
        place,
        (text) => parsedSession(text, place) && { ending: endingOf(text) },
      );
      return marked?.ending;
    },
    removeSession: (place) => removeFile(pathOf("session", place)),
    app: (place) => read("app", place, appFrom),
    saveApp: (place, app) => write("app", place, JSON.stringify(app)),
    removeApp: (place) => removeFile(pathOf("app", place)),
    vendor: (place) => ({
      async load() {
        const kept = await read("vendor", place, vendorFrom);
        return kept && { ...kept, token: new Secret(kept.token) };
      },
      save: (kept) => write("vendor", place, JSON.stringify({ ...kept, token: kept.token.reveal() })),
    }),
    async places(kind) {
      const names = await namesIn(folder);
      return names.flatMap((name) => {
        const [, found, id, env] = filePattern.exec(name) ?? [];
        const broker = brokerIds.find((known) => known === id);
        return found === kind && broker && env ? [{ broker, env }] : [];
      });
    },
    async lastEnv() {
      const text = (await readText(join(folder, "last-env")))?.trim();
      return text && /^[a-z][a-z0-9-]{0,31}$/.test(text) ? text : undefined;
    },
    saveLastEnv: (env) => writeWhole(join(folder, "last-env"), `${env}\n`),
    alone: ({ broker, env }, work) => withLock(folder, `${broker}.${env}`, work, signal),
  };
}
