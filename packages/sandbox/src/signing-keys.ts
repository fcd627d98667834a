import { CompactEncrypt, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import type { BrokerId } from "./broker.js";
import type { Database } from "./store/database.js";

type Claims = Readonly<Record<string, unknown>>;
type Header = Readonly<Record<string, string>>;

interface Key {
  readonly kid: string;
  readonly jwk: JWK;
}

const publicPart = ({ kty, n, e }: JWK): JWK => ({
  ...(kty === undefined ? {} : { kty }),
  ...(n === undefined ? {} : { n }),
  ...(e === undefined ? {} : { e }),
});

/** One RSA key a broker, made when it is first needed and kept: it signs the broker's tokens and opens what is sealed for it. */
export function signingKeys(db: Database, newKid: () => string) {
  const read = db.prepare<[string], { kid: string; jwk: string }>(
    "SELECT kid, jwk FROM signing_keys WHERE broker = ?",
  );
  const insert = db.prepare("INSERT OR IGNORE INTO signing_keys (broker, kid, jwk) VALUES (?, ?, ?)");
  const cached = new Map<BrokerId, Promise<Key>>();

  async function load(broker: BrokerId): Promise<Key> {
    if (read.get(broker) === undefined) {
      const { privateKey } = await generateKeyPair("RS256", { extractable: true, modulusLength: 2048 });
      insert.run(broker, newKid(), JSON.stringify(await exportJWK(privateKey)));
    }
    const row = read.get(broker);
    if (row === undefined) throw new Error("the signing key was not stored");
    return { kid: row.kid, jwk: JSON.parse(row.jwk) };
  }
  function key(broker: BrokerId): Promise<Key> {
    const known = cached.get(broker);
    if (known !== undefined) return known;
    const loading = load(broker);
    cached.set(broker, loading);
    // The next one tries again.
    loading.catch(() => cached.delete(broker));
    return loading;
  }

  return {
    async signJwt(broker: BrokerId, claims: Claims, header: Header = {}): Promise<string> {
      const { kid, jwk } = await key(broker);
      return new SignJWT({ ...claims })
        .setProtectedHeader({ kid, alg: "RS256", ...header })
        .sign(await importJWK(jwk, "RS256"));
    },
    async sealJwe(broker: BrokerId, claims: Claims, header: Header = {}): Promise<string> {
      const { jwk } = await key(broker);
      return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(claims)))
        .setProtectedHeader({ cty: "JWT", enc: "A256GCM", alg: "RSA-OAEP", ...header })
        .encrypt(await importJWK(publicPart(jwk), "RSA-OAEP"));
    },
    /** The public part, as the JWKS endpoint shows it. */
    async jwks(broker: BrokerId): Promise<{ keys: JWK[] }> {
      const { kid, jwk } = await key(broker);
      return { keys: [{ ...publicPart(jwk), kid, alg: "RS256", use: "sig" }] };
    },
  };
}
export type SigningKeys = ReturnType<typeof signingKeys>;
