import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { newSession } from "../../../src/flows/operators/operator-session.js";
import type { Operator } from "../../../src/ports/operators.js";
import type { Store } from "../../../src/ports/store.js";
import { newPerson, type Person } from "../../browser/support/person.js";

/** The cookie's name on a loopback address. */
export const cookieName = "kunji_operator";

/** A person who has signed in, with the operator they are. */
export interface SignedInPerson extends Person {
  readonly operator: Operator;
  /** The cookie's value. */
  readonly cookie: string;
}

interface Place {
  readonly server: FastifyInstance;
  readonly store: Store;
  now(): number;
}

/** Adds an operator to a tenant, and opens a session without a password. */
export async function signedIn(
  { server, store, now }: Place,
  tenant: string,
  name = `${tenant}-operator`,
): Promise<SignedInPerson> {
  const row = { name, passwordHash: "none", passwordIsOneTime: false, createdAt: now() };
  const id = `opr_${randomBytes(12).toString("hex")}`;
  const operator = (await store.operators.add(tenant, { id, ...row })) ?? (await store.waysIn.operator(name));
  if (operator?.tenant !== tenant) throw new Error("The name is another tenant's.");
  const wish = { tenant, operator: operator.id, browser: "Firefox on Linux", needs: null };
  const session = newSession({ wall: now, randomBytes }, wish);
  await store.operatorSessions.add(tenant, session.row, 20);
  const person = newPerson(server);
  const cookie = session.cookie.reveal();
  person.jar.set(cookieName, cookie);
  return { ...person, operator, cookie };
}
