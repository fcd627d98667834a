import { type BrokerId, brokers, type Origins } from "kunji";
import { z } from "zod";
import type { ListedEnvironments } from "./adapters/brokers/sdk-brokers.js";
import { SettingError } from "./setting-error.js";

const origin = z.string().refine((text) => {
  const url = URL.parse(text);
  const loopback = url !== null && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  const safe = url?.protocol === "https:" || (url?.protocol === "http:" && loopback);
  return safe && !url.username && !url.password && !url.search && !url.hash;
});

const environments = z.partialRecord(
  z.enum(Object.keys(brokers) as [BrokerId, ...BrokerId[]]),
  z.record(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), z.strictObject({ api: origin, login: origin })),
);

const refusal = (what: string) =>
  new SettingError(
    `The file that KUNJI_ENVIRONMENTS names ${what}: it takes {"<broker>": {"<name>": {"api": "https://…", "login": "https://…"}}}.`,
  );

/**
 * The brokers' hosts that an operator lists.
 * @throws SettingError that names the place, never a value
 */
export function readEnvironments(text: string): ListedEnvironments {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusal("must be JSON");
  }
  const { data, error } = environments.safeParse(value);
  if (error) throw refusal(`has a flaw at ${error.issues[0]?.path.join(".") || "its beginning"}`);
  for (const [broker, listed] of Object.entries(data))
    for (const name of Object.keys(listed ?? {}))
      if (name === "sandbox" || Object.hasOwn(brokers[broker as BrokerId].traits.environments, name))
        throw refusal(`takes a name that there is already, at ${broker}.${name}`);
  return data as Readonly<Partial<Record<BrokerId, Readonly<Record<string, Origins>>>>>;
}
