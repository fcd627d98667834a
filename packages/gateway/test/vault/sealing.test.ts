import { createSecretKey, randomBytes } from "node:crypto";
import fc from "fast-check";
import { Secret } from "kunji";
import { describe, expect, it } from "vitest";
import { decrypt, encrypt } from "../../src/adapters/vault/aes-gcm.js";
import { openWith, sealWith } from "../../src/adapters/vault/ring-seal.js";
import { joinSealed, splitSealed } from "../../src/domain/sealed-value.js";
import { associatedData, type Slot, type SlotKind } from "../../src/domain/slot.js";
import { newLine, ringOf, slot, thrownBy, unreadable, vaultOf } from "./support/vaults.js";

const text = JSON.stringify({ access: "a".repeat(380), refresh: "₹".repeat(20) });

describe("a sealed value", () => {
  it("opens in its own slot, whatever its text", async () => {
    const { vault } = await vaultOf([newLine("k1")]);
    const whole = fc.string({ unit: "grapheme", maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(whole, whole, whole, async (tenant, id, plain) => {
        const own: Slot = { tenant, kind: "app", id, field: "keys" };
        expect(vault.open(own, await vault.seal(own, new Secret(plain))).reveal()).toBe(plain);
      }),
    );
  });

  it("names its format and its key in front, and holds nothing of its text", async () => {
    const { vault } = await vaultOf([newLine("k-2026_11")]);
    const sealed = Buffer.from(await vault.seal(slot, new Secret(text)));
    expect(sealed.subarray(0, 13).toString()).toBe("v1.k-2026_11.");
    expect(sealed).toHaveLength(13 + 12 + Buffer.byteLength(text) + 16);
    expect(sealed.includes("aaaa")).toBe(false);
  });

  it("is refused with one and the same error after any single bit has flipped", async () => {
    const { vault } = await vaultOf([newLine("k1"), newLine("k0"), newLine("k3")]);
    const sealed = await vault.seal(slot, new Secret(text));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = Uint8Array.from(sealed);
      flipped[bit >> 3] = flipped[bit >> 3]! ^ (1 << (bit & 7));
      const thrown = thrownBy(() => vault.open(slot, flipped));
      if (JSON.stringify(thrown) !== JSON.stringify(unreadable))
        expect(thrown, `bit ${bit}`).toEqual(unreadable);
    }
    expect(sealed.length * 8).toBeGreaterThan(3_500);
    expect(vault.open(slot, sealed).reveal()).toBe(text);
  });

  it("is refused with the same error when it is cut short, drawn out, empty or no sealed value at all", async () => {
    const { vault } = await vaultOf([newLine("k1")]);
    const sealed = await vault.seal(slot, new Secret("short"));
    for (let length = 0; length < sealed.length; length++)
      expect(thrownBy(() => vault.open(slot, sealed.subarray(0, length)))).toEqual(unreadable);
    const others = [
      Buffer.concat([sealed, Buffer.of(0)]),
      Buffer.alloc(100),
      randomBytes(100),
      Buffer.from(text),
    ];
    for (const other of others) expect(thrownBy(() => vault.open(slot, other))).toEqual(unreadable);
    expect(vault.open(slot, sealed).reveal()).toBe("short");
  });

  it("is refused with the same error by another key, of another id or of its own", async () => {
    const { vault } = await vaultOf([newLine("k1")]);
    const sealed = await vault.seal(slot, new Secret(text));
    for (const id of ["k1", "k2"]) {
      const { vault: other } = await vaultOf([newLine(id)]);
      expect(thrownBy(() => other.open(slot, sealed))).toEqual(unreadable);
    }
    expect(vault.open(slot, sealed).reveal()).toBe(text);
  });

  it("is refused when another key's id is written on it, though both ids had the same key", () => {
    const { keys, sealingKeyId } = ringOf(newLine("k1"));
    const twice = { sealingKeyId, keys: new Map([...keys, ["k2", keys.get("k1")!]]) };
    const sealed = sealWith(twice, "k1", slot, "x", randomBytes);
    const { nonce, body } = splitSealed(sealed)!;
    expect(openWith(twice, slot, joinSealed({ keyId: "k2", nonce, body }))).toBeUndefined();
    expect(openWith(twice, slot, joinSealed({ keyId: "k1", nonce, body }))).toBe("x");
  });

  it("is none where it is too short for a nonce and a tag", () => {
    const head = Buffer.from("v1.k1.");
    expect(splitSealed(Buffer.concat([head, Buffer.alloc(27)]))).toBeUndefined();
    expect(splitSealed(Buffer.concat([head, Buffer.alloc(28)]))?.body).toHaveLength(16);
  });

  it("is refused with a tag that is cut short, though the cipher by itself would take it", () => {
    const [key, nonce, associated] = [createSecretKey(randomBytes(32)), randomBytes(12), Buffer.from("slot")];
    const body = encrypt(key, nonce, associated, "");
    expect(decrypt(key, nonce, associated, body.subarray(0, 12))).toBeUndefined();
    expect(decrypt(key, nonce, associated, body)).toBe("");
  });

  it("opens from a part of a larger buffer, as drivers hand it out", async () => {
    const { vault } = await vaultOf([newLine("k1")]);
    const sealed = await vault.seal(slot, new Secret(text));
    const larger = new Uint8Array(sealed.length + 40).fill(7);
    larger.set(sealed, 20);
    expect(vault.open(slot, larger.subarray(20, 20 + sealed.length)).reveal()).toBe(text);
  });

  it("is not made of a text with half a character, which would come back as another", async () => {
    const { vault } = await vaultOf([newLine("k1")]);
    await expect(vault.seal(slot, new Secret("a\ud83d"))).rejects.toMatchObject({ code: "text_unsealable" });
    expect(vault.open(slot, await vault.seal(slot, new Secret("a\ud83d\udd11"))).reveal()).toBe("a🔑");
  });
});

describe("a slot", () => {
  it("opens its own value alone, among all swaps of 30 rows, their fields, kinds and tenants", async () => {
    const { vault } = await vaultOf([newLine("k1")]);
    const kinds: SlotKind[] = [
      "connection",
      "app",
      "attempt",
      "code",
      "vendor_session",
      "webhook",
      "installation",
    ];
    const rows: Slot[] = Array.from({ length: 30 }, (_, row) => ({
      tenant: `t${row % 3}`,
      kind: "connection",
      id: `c${Math.floor(row / 3)}`,
      field: "session",
    }));
    const fields: Slot[] = ["session", "keys", "secret", "sessio", "sessionn", ""].map((field) => ({
      ...slot,
      field,
    }));
    const slots = [...rows, ...fields, ...kinds.slice(1).map((kind) => ({ ...slot, kind }))];
    const sealed = await Promise.all(slots.map((own, n) => vault.seal(own, new Secret(`text ${n}`))));
    let refused = 0;
    for (const [n, own] of slots.entries()) {
      for (const [m, value] of sealed.entries()) {
        if (n === m) expect(vault.open(own, value).reveal()).toBe(`text ${n}`);
        else {
          expect(thrownBy(() => vault.open(own, value))).toEqual(unreadable);
          refused++;
        }
      }
    }
    expect(refused).toBe(slots.length * (slots.length - 1));
  });

  it("has associated data of its own, wherever the borders between its parts lie", () => {
    const part = fc.string({
      unit: fc.constantFrom('"', ",", "\\", "[", "a", "\ud83d", "\ufffd", "\0"),
      maxLength: 4,
    });
    const slots = fc.record({ tenant: part, kind: fc.constant("app" as const), id: part, field: part });
    const bytes = (own: Slot) => Buffer.from(associatedData("v1", "k", own)).toString("hex");
    fc.assert(
      fc.property(slots, slots, (left, right) => {
        const same = left.tenant === right.tenant && left.id === right.id && left.field === right.field;
        expect(bytes(left) === bytes(right)).toBe(same);
      }),
      { numRuns: 3_000 },
    );
    const parts = ["v1", "k1", "acme", "connection", "c1", "session"];
    expect(Buffer.from(associatedData("v1", "k1", slot)).toString()).toBe(JSON.stringify(parts));
    const moved = { ...slot, tenant: 'acme","connection', id: "c1" };
    expect(bytes(moved)).not.toBe(bytes(slot));
  });
});

describe("a nonce", () => {
  it("is 12 bytes from the injected chance and never the same in 100,000 seals of one text", () => {
    const ring = ringOf(newLine("k1"));
    const nonces = new Set<string>();
    for (let n = 0; n < 100_000; n++) {
      const parts = splitSealed(sealWith(ring, "k1", slot, "x", randomBytes));
      nonces.add(Buffer.from(parts!.nonce).toString("latin1"));
    }
    expect(nonces.size).toBe(100_000);
    const given = Buffer.from("0123456789ab");
    const sealed = sealWith(ring, "k1", slot, "x", (length) => given.subarray(0, length));
    expect(Buffer.from(splitSealed(sealed)!.nonce)).toEqual(given);
  });

  it("of another length is not used", () => {
    const ring = ringOf(newLine("k1"));
    expect(() => sealWith(ring, "k1", slot, "x", () => randomBytes(11))).toThrow(
      new TypeError("A seal needs a key of the ring and 12 bytes."),
    );
    expect(sealWith(ring, "k1", slot, "x", () => randomBytes(12))).toHaveLength(6 + 12 + 1 + 16);
  });
});
