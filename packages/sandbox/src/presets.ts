import { createHash } from "node:crypto";
import type { App, BrokerId, PresetUser, SandboxBroker } from "./broker.js";
import { currentCode, hashPassword } from "./credentials.js";
import type { Store } from "./store/store.js";

/** Where the presets' apps take their callbacks. */
export interface PresetUrls {
  /** `http://127.0.0.1:4702`: the port on which the CLI catches a redirect. */
  readonly cli: string;
  /** `http://127.0.0.1:4700` */
  readonly gateway: string;
}

export const presetAppId = (broker: BrokerId, name: string): string => `${broker}-${name}`;

/** The redirect URL of a preset app, as long as nobody has changed it on the portal. */
export function presetRedirect(brokers: readonly SandboxBroker[], urls: PresetUrls) {
  return (broker: BrokerId, name: string): string | null => {
    if (brokers.find(({ id }) => id === broker)?.login == null) return null;
    return name === "cli"
      ? `${urls.cli}/callback/${broker}`
      : `${urls.gateway}/callback/${broker}/demo-${broker}`;
  };
}

/** Changes whenever a preset does. */
export const presetsVersion = (brokers: readonly SandboxBroker[]): string =>
  createHash("sha256")
    .update(JSON.stringify(brokers.map(({ id, presets }) => [id, presets])))
    .digest("hex");

const hashes = new WeakMap<PresetUser, string>();

/** Made once for each user: hashing all of them is most of the work of a reset. */
function hashOf(user: PresetUser): string {
  const known = hashes.get(user) ?? hashPassword(user.password);
  hashes.set(user, known);
  return known;
}

/** Empties the store and fills it with the presets. */
export function startFromPresets(store: Store, brokers: readonly SandboxBroker[]): void {
  store.inOneStep(() => {
    store.empty();
    for (const { id: broker, presets } of brokers) {
      for (const { name, keys } of presets.apps) {
        store.apps.add({
          id: presetAppId(broker, name),
          broker,
          name,
          preset: true,
          redirectUrl: null,
          keys,
        });
      }
      for (const preset of presets.users) {
        const { password: _, ...user } = preset;
        store.users.add({ ...user, broker, passwordHash: hashOf(preset) });
      }
    }
    store.setMeta("presets", presetsVersion(brokers));
  });
}

/** An app as the presets and the portal show it: its redirect URL, where it has one, and its keys. */
export const shownApp = (app: App): Record<string, string> => ({
  ...(app.redirectUrl === null ? {} : { redirect_url: app.redirectUrl }),
  ...app.keys,
});

/** What `GET /_sandbox/presets` answers. */
export function readPresets(store: Store, brokers: readonly SandboxBroker[], wallMs: number) {
  return Object.fromEntries(
    brokers.map(({ id, presets }) => {
      const app = (name: string) => {
        const found = store.apps.byId(presetAppId(id, name));
        return found === undefined ? {} : shownApp(found);
      };
      const users = presets.users.map(({ username, password, totpSecret, about }) => ({
        username,
        password,
        totpSecret,
        about,
        totp: currentCode(totpSecret, wallMs),
      }));
      return [id, { app: app("cli"), apps: { cli: app("cli"), gateway: app("gateway") }, users }];
    }),
  );
}
