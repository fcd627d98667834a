import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { compactDecrypt, generateKeyPair, importJWK } from "jose";
import { expect, it } from "vitest";
import { MORNING_MS, openSandbox } from "./sandbox-fixture.js";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const EXCHANGE = "/login/v1/authorization/token";

it("V-13 refresh_token opens with the sandbox's own key and holds the login's claims", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kunji-ventura-"));
  const file = join(folder, "sandbox.db");
  const own = await openSandbox(file);
  const { app_key = "", app_secret } = own.app("ventura");
  const url = await own.login("ventura", { app_key, username: "AA0605" });
  const request_token = url.searchParams.get("request_token");
  const body = { request_token, data: sha256(`${app_key}${app_secret}`) };
  const { json } = await own.send("ventura", "POST", EXCHANGE, { "x-app-key": app_key }, body);
  const { sub } = await own.verified("ventura", json.auth_token);
  await own.close();
  const db = new Database(file, { readonly: true });
  const kept = db.prepare("SELECT jwk FROM signing_keys WHERE broker = 'ventura'").pluck().get();
  db.close();
  rmSync(folder, { recursive: true });
  const key = await importJWK(JSON.parse(String(kept)), "RSA-OAEP");
  const { plaintext } = await compactDecrypt(json.refresh_token, key);
  const iat = MORNING_MS / 1000;
  expect(JSON.parse(new TextDecoder().decode(plaintext))).toMatchObject({
    sub,
    token_use: "refresh",
    iat,
    exp: iat + 72 * 3600,
  });
  const strange = (await generateKeyPair("RSA-OAEP")).privateKey;
  await expect(compactDecrypt(json.refresh_token, strange)).rejects.toThrow();
});
