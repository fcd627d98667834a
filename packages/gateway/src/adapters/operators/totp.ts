import { Secret } from "kunji";
import { Secret as Base32, TOTP } from "otpauth";
import type { RandomBytes } from "../../domain/random-text.js";
import type { SecondFactors } from "../../ports/second-factors.js";

const issuer = "Kunji";
const stepMs = 30_000;
/** As long as the hash of the codes, in bytes. */
const secretBytes = 20;

const totpOf = (secret: Secret, label = ""): TOTP =>
  new TOTP({ issuer, label, secret: Base32.fromBase32(secret.reveal()), digits: 6, period: stepMs / 1_000 });

/** Codes of authenticator apps. */
export const createSecondFactors = ({
  randomBytes,
}: {
  readonly randomBytes: RandomBytes;
}): SecondFactors => ({
  newSecret() {
    const { buffer, byteOffset, byteLength } = Uint8Array.from(randomBytes(secretBytes));
    return new Secret(new Base32({ buffer: buffer.slice(byteOffset, byteOffset + byteLength) }).base32);
  },
  isSecret: (text) => /^[A-Z2-7]{32}$/.test(text),
  address: (secret, account) => new Secret(totpOf(secret, account).toString()),
  stepOf(secret, code, at) {
    const token = code.reveal().replaceAll(/\s/g, "");
    if (!/^\d{6}$/.test(token)) return undefined;
    const beside = totpOf(secret).validate({ token, timestamp: at, window: 1 });
    return beside === null ? undefined : Math.floor(at / stepMs) + beside;
  },
});
