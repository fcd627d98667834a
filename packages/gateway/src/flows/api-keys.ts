import type { Secret } from "kunji";
import { hexHashOf } from "../domain/hashed.js";
import { Problem } from "../domain/problem.js";
import { newApiKey } from "../domain/random-text.js";
import type { ApiKey, CallKind, NewApiKey, Scope } from "../ports/api-keys.js";
import type { Ports } from "../ports/ports.js";
import type { StoreParts } from "../ports/store.js";

export const everyScope = [
  "connect",
  "read",
  "session",
  "proxy",
  "admin",
] as const satisfies readonly Scope[];
export const everyCall = ["read", "order", "money"] as const satisfies readonly CallKind[];

/** Under which an API key is looked up. */
export const apiKeyHash = (key: Secret): string => hexHashOf("api_key", key);

/** What a new API key may do. */
export interface KeyWish {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Reads alone by default. */
  readonly calls?: readonly CallKind[] | undefined;
}

/** An API key with its text, which is kept nowhere: not with an idempotency key either. */
export interface MadeKey {
  readonly apiKey: ApiKey;
  readonly text: Secret;
}

type KeyPorts = Pick<Ports, "now" | "randomBytes" | "publicUrl">;

/** The row for a key's text. */
export function keyRow({ now, randomBytes }: KeyPorts, text: Secret, wish: KeyWish): NewApiKey {
  return {
    id: `key_${Buffer.from(randomBytes(12)).toString("hex")}`,
    name: wish.name,
    scopes: everyScope.filter((scope) => wish.scopes.includes(scope)),
    calls: everyCall.filter((call) => (wish.calls ?? ["read"]).includes(call)),
    createdAt: now(),
    hash: apiKeyHash(text),
  };
}

/** A key's text: one that a scanner for leaked secrets knows, told apart from those of a gateway on a loopback address. */
export const newKeyText = ({ randomBytes, publicUrl }: KeyPorts): Secret =>
  newApiKey(publicUrl.startsWith("https:") ? "live" : "test", randomBytes);

/** A key may hand on only what it may do itself. @throws Problem `scope_missing` that names what it lacks */
function demandWithin(maker: ApiKey, { scopes, calls = ["read"] }: KeyWish): void {
  const beyond =
    scopes.find((scope) => !maker.scopes.includes(scope)) ??
    calls.find((call) => !maker.calls.includes(call));
  if (beyond !== undefined) throw new Problem("scope_missing", { field: beyond });
}

/** @throws Problem `scope_missing` where the key is to do more than its maker may */
export async function addKey(
  ports: KeyPorts & Pick<Ports, "store">,
  maker: ApiKey,
  wish: KeyWish,
): Promise<MadeKey> {
  demandWithin(maker, wish);
  const text = newKeyText(ports);
  const row = keyRow(ports, text, wish);
  const apiKey = await ports.store.transaction(async (parts) => {
    const added = await parts.apiKeys.add(maker.tenant, row);
    if (added) await auditKey(parts, maker, "key.add", row.id, row.createdAt);
    return added;
  });
  if (!apiKey) throw new Problem("id_taken");
  return { apiKey, text };
}

const auditKey = (parts: StoreParts, { tenant, id: key }: ApiKey, action: string, id: string, at: number) =>
  parts.audit.append(tenant, { at, key, action, kind: "key", id });

/** Ends a key of the same tenant; one that has ended stays as it is. @throws Problem `not_found` */
export function endKey(
  { store, now }: Pick<Ports, "store" | "now">,
  caller: ApiKey,
  id: string,
): Promise<void> {
  const { tenant } = caller;
  return store.transaction(async (parts) => {
    const at = now();
    if (await parts.apiKeys.end(tenant, id, at)) {
      await parts.changes.announce({ tenant, kind: "api_key", id });
      await auditKey(parts, caller, "key.end", id, at);
    } else if (!(await parts.apiKeys.get(tenant, id))) throw new Problem("not_found");
  });
}
