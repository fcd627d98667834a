import { GatewayError, gateway } from "kunji/gateway";
import { reachableUrl } from "../local-url.js";
import { readOwnKey } from "../own-key.js";
import { SettingError } from "../setting-error.js";
import type { CommandWorld } from "./command.js";

/** For each answer the gateway counts all values: a tenth of its time at most goes by with that. In ms. */
const pauseAfter = (tookMs: number): number => Math.min(Math.max(1_000, 9 * tookMs), 60_000);

/**
 * Has the gateway that runs on the database rotate its keys, and tells how far it is.
 * @throws SettingError with a sentence for the person
 */
export async function rotateByGateway(
  wish: { readonly key?: string | undefined; readonly keep: boolean },
  { settings, fetch, say, wait, now }: CommandWorld,
): Promise<void> {
  const key = await readOwnKey(settings);
  if (!key)
    throw new SettingError(
      "The gateway has the database, and is asked by an API key of the operator's: set KUNJI_API_KEY.",
    );
  const url = reachableUrl(settings);
  const { vault } = gateway({ url, key, fetch, plainHttp: true });
  try {
    const begun = await vault.rotate(wish);
    say(`The gateway on ${url} seals everything with the key ${begun.key}.`);
    let told = -1;
    for (;;) {
      const asked = now();
      const at = await vault.rotation();
      if (at.id !== begun.id) break;
      if (at.resealed !== told) say(`  values sealed anew: ${at.resealed}, left: ${at.left}`);
      told = at.resealed;
      if (at.finished_at !== null) break;
      await wait(pauseAfter(now() - asked));
    }
    const old = (await vault.get()).keys.filter(({ id }) => id !== begun.key);
    for (const { id, values } of old) say(`  The key ${id} stays; values under it: ${values}.`);
    say("Done. Copies of the database from before need the key file from before.");
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.code === "network_failed" || error.code === "timed_out")
      throw new SettingError(
        `A gateway has the database but does not answer on ${url}: set KUNJI_HOST and KUNJI_PORT as it was started with. A rotation that has begun goes on.`,
      );
    throw new SettingError(`The gateway refused (${error.code}): ${error.message}`);
  }
}
