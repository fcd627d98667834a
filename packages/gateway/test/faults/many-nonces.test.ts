import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { newLine, ringOf } from "../vault/support/vaults.js";
import { sealOften } from "./support/many-nonces.js";

const ring = ringOf(newLine("k1"));

// The long form: npm run faults -- nonces
it("B4 seals fifty thousand times with as many nonces", () => {
  expect(sealOften(ring, 50_000)).toEqual({ sealed: 50_000, doubles: 0 });
});

it("B4 finds nonces that come again, and none in those that only begin alike", () => {
  const kept = randomBytes(12);
  let n = 0;
  const again = (length: number) => (++n % 100 === 0 ? kept : randomBytes(length));
  expect(sealOften(ring, 1_000, again)).toEqual({ sealed: 1_000, doubles: 9 });
  const alike = (length: number) => {
    const nonce = Buffer.alloc(length, 7);
    nonce.writeUInt32BE(++n, 8);
    return nonce;
  };
  expect(sealOften(ring, 1_000, alike)).toEqual({ sealed: 1_000, doubles: 0 });
});
