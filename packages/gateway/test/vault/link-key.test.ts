import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { Secret } from "kunji";
import { describe, expect, it } from "vitest";
import { memoryRecords } from "./support/memory-records.js";
import { newLine, ringOf, vaultOf } from "./support/vaults.js";

const older = newLine("old");
const newer = newLine("new");
const bytesOf = (line: string) => Buffer.from(line.split(":")[1]!, "base64");

type Vault = Awaited<ReturnType<typeof vaultOf>>["vault"];

async function signed(vault: Vault): Promise<string> {
  const { id, key } = vault.linkKey()!;
  return new SignJWT({ c: "c1" }).setProtectedHeader({ alg: "HS256", kid: id }).sign(key);
}

/** The claim of a link, by the key that its head names; `undefined` where the vault has no such key. */
async function verified(vault: Vault, link: string): Promise<unknown> {
  const head = JSON.parse(Buffer.from(link.split(".")[0]!, "base64url").toString()) as { kid: string };
  const found = vault.linkKey(head.kid);
  return found && (await jwtVerify(link, found.key)).payload.c;
}

describe("the key that signs links", () => {
  it("is made from the sealing key by HKDF, and is not that key", async () => {
    const { vault } = await vaultOf([older, newer]);
    const { id, key } = vault.linkKey()!;
    expect(id).toBe("old");
    const derived = Buffer.from(hkdfSync("sha256", bytesOf(older), "", "kunji:link:v1", 32));
    expect(key.export().equals(derived)).toBe(true);
    expect(key.export().equals(bytesOf(older))).toBe(false);
  });

  it("is the same in every gateway with the same keys, and another one with other keys", async () => {
    const memory = memoryRecords();
    const [one, two] = [await vaultOf([older], { memory }), await vaultOf([older], { memory })];
    const { vault: foreign } = await vaultOf([newLine("old")]);
    const link = await signed(one.vault);
    expect(await verified(two.vault, link)).toBe("c1");
    await expect(verified(foreign, link)).rejects.toMatchObject({
      code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
    });
  });

  it("goes on verifying by its id after a rotation, while the key is in the ring, and not after", async () => {
    const { vault, memory } = await vaultOf([older]);
    const link = await signed(vault);
    await vault.changeKeys(ringOf(newer, older));
    expect(vault.linkKey()?.id).toBe("new");
    expect(await verified(vault, link)).toBe("c1");
    expect(await verified(vault, await signed(vault))).toBe("c1");
    memory.rows.delete("old");
    await vault.changeKeys(ringOf(newer));
    expect(await verified(vault, link)).toBeUndefined();
    expect(vault.linkKey("old")).toBeUndefined();
    expect(vault.linkKey("new")).toBeDefined();
  });

  it("goes on after its key was taken out, as long as the database keeps it for a key that is there", async () => {
    const memory = memoryRecords();
    const { vault } = await vaultOf([newer], { memory });
    const text = new Secret(randomBytes(32).toString("base64"));
    const place = { tenant: "", kind: "installation", id: "old", field: "link_key" } as const;
    const found = async (sealedLinkKey: Uint8Array | null) => {
      const row = { keyId: "old", retiredAt: 1, seals: 1, linksUntil: 2, sealedLinkKey };
      memory.records.retired = async () => [row];
      await vault.changeKeys(ringOf(newer));
      return vault.linkKey("old")?.key.export().toString("base64");
    };
    expect(await found(await vault.seal(place, text))).toBe(text.reveal());
    const elsewhere = await vault.seal({ ...place, id: "new" }, text);
    const { vault: foreign } = await vaultOf([newLine("new")]);
    for (const bad of [null, elsewhere, await foreign.seal(place, text)])
      expect(await found(bad)).toBeUndefined();
  });

  it("is not the key that texts are counted with, which is made of the sealing key too", async () => {
    const { vault } = await vaultOf([older]);
    const derived = Buffer.from(hkdfSync("sha256", bytesOf(older), "", "kunji:tally:v1", 32));
    expect(vault.tallyKey().export().equals(derived)).toBe(true);
    await vault.changeKeys(ringOf(newer, older));
    expect(vault.tallyKey().export().equals(derived)).toBe(false);
  });

  it("signs nothing that the sealing key itself would verify", async () => {
    const { vault } = await vaultOf([older]);
    const [head, claims, signature] = (await signed(vault)).split(".");
    const withSealingKey = createHmac("sha256", bytesOf(older))
      .update(`${head}.${claims}`)
      .digest("base64url");
    expect(signature).not.toBe(withSealingKey);
    const withLinkKey = createHmac("sha256", vault.linkKey()!.key)
      .update(`${head}.${claims}`)
      .digest("base64url");
    expect(signature).toBe(withLinkKey);
  });
});
