import type { Io } from "./io.js";
import { type Output, outputTo } from "./output.js";
import { readSettings, type Settings } from "./settings.js";
import { createStore, type Store } from "./store/store.js";

/** What every command works with. */
export interface Context {
  readonly io: Io;
  readonly settings: Settings;
  readonly store: Store;
  readonly out: Output;
}

/** @throws Problem `setting_invalid` */
export function contextOf(io: Io, json: boolean): Context {
  const settings = readSettings(io.env);
  const out = outputTo(io, { json, colour: settings.colour, npx: settings.npx });
  return {
    io,
    settings,
    store: createStore(settings.folder, io.randomBytes, io.interrupted, out.warn),
    out,
  };
}

/** The environment that a command without `--env` means: the last login's, at first the sandbox. */
export async function envOr({ store }: Context, given: string | undefined): Promise<string> {
  return given ?? (await store.lastEnv()) ?? "sandbox";
}
