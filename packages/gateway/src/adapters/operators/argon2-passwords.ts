import { hash, verify } from "@node-rs/argon2";
import type { Secret } from "kunji";
import { Problem } from "../../domain/problem.js";
import type { RandomBytes } from "../../domain/random-text.js";
import type { Passwords } from "../../ports/passwords.js";

/** argon2id with what OWASP asks for at least: 19 MiB, two passes, one lane. */
const costs = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** So many at a time, so that signing in takes neither all memory nor all threads. */
const most = 16;

/** The same letters however a keyboard puts them together. */
const bytesOf = (password: Secret): Uint8Array => Buffer.from(password.reveal().normalize("NFKC"), "utf8");

/** Passwords by argon2id. */
export function createPasswords({ randomBytes }: { readonly randomBytes: RandomBytes }): Passwords {
  let running = 0;
  let nobodys: Promise<string> | undefined;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= most) throw new Problem("rate_limited", { retryAfterS: 1 });
    running++;
    try {
      return await work();
    } finally {
      running--;
    }
  }
  const hashed = (bytes: Uint8Array) => hash(bytes, { ...costs, salt: randomBytes(16) });

  return {
    hash: (password) => inTurn(() => hashed(bytesOf(password))),
    verify: (stored, password) =>
      inTurn(async () => {
        nobodys ??= hashed(randomBytes(32));
        const other = await nobodys;
        const right = await verify(stored ?? other, bytesOf(password));
        return right && stored !== undefined;
      }),
  };
}
