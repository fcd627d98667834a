import { Secret } from "kunji";
import { hashOf } from "../domain/hashed.js";
import { Problem } from "../domain/problem.js";
import type { SignedIn } from "../ports/operator-sessions.js";
import type { Ports } from "../ports/ports.js";

/** As long as somebody may find the page of a form again, in ms. */
const keptMs = 24 * 3_600_000;

type Sender = Pick<SignedIn, "tenant" | "id">;
type OncePorts = Pick<Ports, "store" | "now">;

const hashOfForm = (id: string, word: string): string =>
  Buffer.from(hashOf("idempotency", new Secret(JSON.stringify(["form", id, word])))).toString("hex");

/**
 * Whether a form is sent for the first time: of any number of times, at any gateway, one answers true. Nothing is given back:
 * what went wrong after that is asked for with a new form.
 * @param word what the form alone holds
 */
export async function sentFirst(
  { store, now }: OncePorts,
  { tenant, id }: Sender,
  word: string,
): Promise<boolean> {
  const hash = hashOfForm(id, word);
  const at = now();
  const known = await store.idempotency.begin(tenant, {
    hash,
    bodyHash: hash,
    expiresAt: at + keptMs,
    now: at,
  });
  return known === undefined;
}

/**
 * Makes what a form asks for when it is sent for the first time; `undefined` where it was sent before. A form that was refused
 * has made nothing, and may be sent again.
 * @throws whatever `make` throws
 */
export async function makeOnce<T>(
  ports: OncePorts,
  sender: Sender,
  word: string,
  make: () => Promise<T>,
): Promise<T | undefined> {
  if (!(await sentFirst(ports, sender, word))) return undefined;
  try {
    return await make();
  } catch (error) {
    if (error instanceof Problem)
      await ports.store.idempotency.forget(sender.tenant, hashOfForm(sender.id, word));
    throw error;
  }
}
