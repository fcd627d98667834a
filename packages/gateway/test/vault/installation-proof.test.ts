import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  challengePattern,
  installationProof,
  provesInstallation,
} from "../../src/domain/installation-proof.js";

const newKey = () => createSecretKey(randomBytes(32));
const [key, canary] = [newKey(), randomBytes(40)];
const challenge = "a_challenge-of_24-letters";
const proofBy = (by = key) => installationProof({ id: "k1", key: by }, challenge, canary);
const knows =
  (known = { key, canary }) =>
  (id: string) =>
    id === "k1" ? known : undefined;
const proves = (given: string, by = knows(), of = challenge) => provesInstallation(given, of, by);

describe("the proof of an installation", () => {
  it("names its key, and is bound to its use, its challenge and its database", () => {
    const bytes = Buffer.concat([Buffer.from(`kunji:installation:v1\0${challenge}\0`), canary]);
    expect(proofBy()).toBe(`k1.${createHmac("sha256", key).update(bytes).digest("base64url")}`);
  });

  it("proves it to whoever has the same key and database, and to nobody else", () => {
    const proof = proofBy();
    expect(proves(proof)).toBe(true);
    expect(proves(proof, knows({ key: newKey(), canary }))).toBe(false);
    expect(proves(proof, knows({ key, canary: randomBytes(40) }))).toBe(false);
    expect(proves(proof, knows(), `${challenge}x`)).toBe(false);
    expect(proves(proof, () => undefined)).toBe(false);
  });

  it.each([
    ["nothing", () => ""],
    ["the key's id alone", () => "k1"],
    ["an empty proof", () => "k1."],
    ["a full stop", () => "."],
    ["another key's id", (proof: string) => proof.replace("k1", "k2")],
    ["no id", (proof: string) => proof.slice(3)],
    ["a proof that is cut short", (proof: string) => proof.slice(0, -1)],
    ["a proof that is drawn out", (proof: string) => `${proof}A`],
    ["a third part", (proof: string) => `${proof}.k1`],
    ["another proof of the same length", () => proofBy(newKey())],
  ])("is not %s", (_, change) => {
    const proof = proofBy();
    expect([proves(change(proof)), proves(proof)]).toEqual([false, true]);
  });
});

describe("a challenge", () => {
  it.each([
    ["15 characters", "a".repeat(15), "a".repeat(16)],
    ["65 characters", "a".repeat(65), "a".repeat(64)],
    ["a space in front", ` ${"a".repeat(20)}`, "a".repeat(20)],
    ["a full stop at its end", `${"a".repeat(20)}.`, `${"a".repeat(18)}_-`],
  ])("is none with %s", (_, bad, good) => {
    expect([challengePattern.test(bad), challengePattern.test(good)]).toEqual([false, true]);
  });
});
