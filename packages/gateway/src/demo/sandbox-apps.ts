import type { BrokerId } from "kunji";
import { putApp } from "../flows/apps.js";
import { callbackUrlOf } from "../flows/open-app.js";
import type { App } from "../ports/apps.js";
import type { Ports } from "../ports/ports.js";

type Keys = Readonly<Record<string, string>>;

/** A user of the sandbox's whose login always succeeds. */
export interface ReadyUser {
  readonly username: string;
  readonly password: string;
}

interface Preset {
  readonly apps: { readonly gateway: Keys };
  readonly users: readonly ReadyUser[];
}

type Presets = Readonly<Record<string, Preset>>;

/** The sandbox did not answer as one: the sentence says what to do. */
export class SandboxAway extends Error {
  override readonly name = "SandboxAway";
}

/** The presets, asked for until the sandbox answers: it may be starting at the same time. */
async function presetsOf(
  sandboxUrl: string,
  fetch: typeof globalThis.fetch,
  waitMs: number,
): Promise<Presets> {
  const until = performance.now() + waitMs;
  for (;;) {
    try {
      const answer = await fetch(`${sandboxUrl}/_sandbox/presets`, { signal: AbortSignal.timeout(2_000) });
      if (answer.ok) return (await answer.json()) as Presets;
    } catch {
      // Not there yet.
    }
    if (performance.now() > until)
      throw new SandboxAway(
        "The sandbox that KUNJI_SANDBOX_URL names does not answer: start it, or correct the setting.",
      );
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** A fixed handle, since the sandbox's ready apps have it in their redirect URL, and have it again after a reset. */
async function reserveHandle({ store, now }: Ports, tenant: string, broker: BrokerId): Promise<void> {
  if (await store.apps.get(tenant, broker)) return;
  const sealedKeys = new Uint8Array();
  const blank = { id: broker, broker, environment: "sandbox", sealedKeys, returnUrls: [] };
  await store.apps.put(tenant, { ...blank, handle: `demo-${broker}`, at: now() });
}

/** Tells the sandbox's portal where the app takes its callback, where that is elsewhere than the presets say. */
async function registerCallback(
  ports: Ports,
  app: App,
  keys: Keys,
  sandboxUrl: string,
  fetch: typeof globalThis.fetch,
): Promise<void> {
  const callback = callbackUrlOf(ports, app);
  if (callback === undefined || keys.redirect_url === callback) return;
  await fetch(`${sandboxUrl}/${app.broker}/portal/apps/${app.broker}-gateway`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redirect_url: callback }),
  });
}

/**
 * Makes the demo's apps, one at each broker with the broker's name as id, from the sandbox's ready ones. Answers with the
 * ready user of each broker.
 * @throws SandboxAway
 */
export async function putSandboxApps(
  ports: Ports,
  tenant: string,
  {
    sandboxUrl,
    fetch,
    waitMs = 30_000,
  }: { readonly sandboxUrl: string; readonly fetch: typeof globalThis.fetch; readonly waitMs?: number },
): Promise<ReadonlyMap<BrokerId, ReadyUser>> {
  const users = new Map<BrokerId, ReadyUser>();
  const presets = await presetsOf(sandboxUrl, fetch, waitMs);
  for (const broker of Object.keys(ports.brokers.traits) as BrokerId[]) {
    const given = presets[broker]?.apps.gateway ?? {};
    const { redirect_url: _, ...keys } = given;
    const [user] = presets[broker]?.users ?? [];
    if (user) users.set(broker, user);
    await reserveHandle(ports, tenant, broker);
    const returnUrls = [`${ports.publicUrl}/demo/return`];
    const app = await putApp(
      ports,
      tenant,
      broker,
      // Settings too: what is left out would be read from the reserved row, which has none.
      { broker, environment: "sandbox", keys, settings: {}, return_urls: returnUrls },
      null,
    );
    await registerCallback(ports, app, given, sandboxUrl, fetch);
  }
  return users;
}
