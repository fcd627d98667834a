import { Secret } from "kunji";
import { hashOf } from "../domain/hashed.js";
import type { SignedIn } from "../ports/operator-sessions.js";
import type { Ports } from "../ports/ports.js";

/** As long as somebody may find the page of a form again, in ms. */
const keptMs = 24 * 3_600_000;

/**
 * Whether a form is sent for the first time: of any number of times, at any gateway, one answers true. Nothing is given back:
 * what went wrong after that is asked for with a new form.
 * @param word what the form alone holds
 */
export async function sentFirst(
  { store, now }: Pick<Ports, "store" | "now">,
  { tenant, id }: Pick<SignedIn, "tenant" | "id">,
  word: string,
): Promise<boolean> {
  const hash = Buffer.from(hashOf("idempotency", new Secret(JSON.stringify(["form", id, word])))).toString(
    "hex",
  );
  const at = now();
  const known = await store.idempotency.begin(tenant, {
    hash,
    bodyHash: hash,
    expiresAt: at + keptMs,
    now: at,
  });
  return known === undefined;
}
