import { randomBytes } from "node:crypto";
import { Secret } from "kunji";
import { newPerson, type Person } from "../../browser/support/person.js";
import type { ApiWorld } from "../../http/support/api-world.js";
import { signInPorts } from "../../support/sign-in-ports.js";

export const password = "correct horse battery";

/** An operator of a tenant with this password. */
export async function addOperator(
  { store, now }: Pick<ApiWorld, "store" | "now">,
  tenant: string,
  name: string,
  text: string = password,
  oneTime = false,
): Promise<string> {
  const id = `opr_${randomBytes(12).toString("hex")}`;
  const passwordHash = await signInPorts(now).passwords.hash(new Secret(text));
  const added = await store.operators.add(tenant, {
    id,
    name,
    passwordHash,
    passwordIsOneTime: oneTime,
    createdAt: now(),
  });
  if (!added) throw new Error("The name is taken.");
  return id;
}

/** Sends the sign-in form. */
export const tryIn = (
  person: Person,
  name: string,
  text: string = password,
  next = "/settings",
  headers: Readonly<Record<string, string>> = {},
) => person.send("/sign-in", { name, password: text, next }, headers);

/** A person who has signed in by the form. */
export async function personIn(
  world: Pick<ApiWorld, "server">,
  name: string,
  text: string = password,
): Promise<Person> {
  const person = newPerson(world.server);
  const { status, headers } = await tryIn(person, name, text);
  if (status !== 303 || headers.location !== "/settings") throw new Error(`Not signed in: ${status}`);
  return person;
}

/** Whether a person's cookie opens the dashboard. */
export const isIn = async (person: Person): Promise<boolean> =>
  (await person.open("/settings")).status === 200;
