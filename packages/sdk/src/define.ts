import type { Broker, BrokerId, Client, Options, Origins, Traits } from "./broker.js";
import { KunjiError } from "./errors.js";
import { reveal, type Secret } from "./secret.js";
import { baseUrl, type Site, siteOf } from "./site.js";

type Settings = Readonly<Record<string, unknown>>;

/**
 * An app's keys as texts, none missing. A length that a key must have is the broker's own to check.
 * @throws KunjiError `input_invalid` that names the setting
 */
function checkedApp(broker: BrokerId, traits: Traits, app: Settings): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [field, key] of Object.entries(traits.keys)) {
    const given = app[field];
    if (given === undefined && key.optional) continue;
    const text = given === undefined ? "" : reveal(given as string | Secret);
    if (typeof text !== "string" || text.trim() === "")
      throw new KunjiError("input_invalid", { broker, field });
    texts[field] = text;
  }
  if (traits.login === "redirect") texts.redirectUri = redirectUri(broker, app.redirectUri);
  return texts;
}

function redirectUri(broker: BrokerId, given: unknown): string {
  const field = "redirectUri";
  const url = typeof given === "string" && URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.hash)
    throw new KunjiError("input_invalid", { broker, field });
  return url.href;
}

/** Makes a broker of what its file says. `texts` are the app's keys and `redirectUri`, checked. */
export function define<
  App,
  C extends Client,
  O extends Options,
  B extends BrokerId,
  T extends Readonly<Record<string, string | undefined>>,
>(id: B, traits: Traits, make: (site: Site<B>, texts: T, app: App, options: O) => C): Broker<App, C, O> {
  const open = (origins: Origins, plain: boolean, app: App, options = {} as O): C => {
    const api = baseUrl(id, "origins.api", origins.api, plain);
    const login = baseUrl(id, "origins.login", origins.login, plain);
    return make(
      siteOf(id, traits, { api, login }, options),
      checkedApp(id, traits, app as Settings) as T,
      app,
      options,
    );
  };
  return Object.assign((app: App, options?: O) => open(traits.environments.live, false, app, options), {
    traits,
    at: (origins: Origins, app: App, options?: O) => open(origins, false, app, options),
    sandbox: (origin: string, app: App, options?: O) => {
      const base = `${baseUrl(id, "origin", origin, true)}/${id}`;
      const { pathname } = new URL(traits.environments.live.api);
      return open({ api: base + pathname.replace(/\/$/, ""), login: base }, true, app, options);
    },
  });
}
