// Seals one text again and again with one key, and looks for a nonce that comes twice.

import { sealOften } from "../packages/gateway/test/faults/support/many-nonces.ts";
import { newLine, ringOf } from "../packages/gateway/test/vault/support/vaults.ts";

export const about = "[seals, 10000000 | short]: as many nonces as seals under one key; takes 300 MB";

export async function run([given = "10000000"], { say }) {
  const count = given === "short" ? 100_000 : Number(given);
  if (!Number.isInteger(count) || count < 1) throw new Error("Say how often to seal, such as 10000000.");
  const begun = performance.now();
  const onMillion = (sealed) => say(`${sealed} of ${count} sealed`);
  const found = sealOften(ringOf(newLine("k1")), count, undefined, onMillion);
  return { sound: found.doubles === 0, ...found, seconds: Math.round((performance.now() - begun) / 1_000) };
}

/** The figures as a table. */
export const table = ({ sealed, doubles }) => ({
  columns: ["seals under one key", "nonces that came twice"],
  rows: [[sealed, doubles]],
  goals: [
    {
      goal: "no nonce twice in ten million",
      figure: `${doubles} in ${sealed.toLocaleString("en-GB")}`,
      met: sealed >= 10_000_000 && doubles === 0,
    },
  ],
});
