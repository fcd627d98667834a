import { compactVerify, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { Problem } from "../domain/problem.js";
import type { Ports } from "../ports/ports.js";

/** Where to send a user to log in, and until when it works; ms since 1970, UTC. */
export interface Link {
  readonly url: string;
  readonly expiresAt: number;
}

export type LinkPorts = Pick<Ports, "vault" | "now" | "publicUrl">;

const algorithm = "HS256";
/** A link is short: whatever is longer isn't worth a look. */
const longestToken = 4_000;

/** A link that says these claims, signed. `lifeMs` is in ms; the end is cut to whole seconds. */
export async function signLink(
  { vault, now, publicUrl }: LinkPorts,
  claims: JWTPayload,
  lifeMs: number,
): Promise<Link> {
  const signer = vault.linkKey();
  if (!signer) throw new Error("The vault names no key to sign links with.");
  const until = Math.floor((now() + lifeMs) / 1000);
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, kid: signer.id })
    .setExpirationTime(until)
    .sign(signer.key);
  return { url: `${publicUrl}/connect/${token}`, expiresAt: until * 1000 };
}

function keyFor({ vault }: Pick<Ports, "vault">, kid: unknown) {
  const signer = typeof kid === "string" ? vault.linkKey(kid) : undefined;
  if (!signer) throw new Problem("link_invalid");
  return signer.key;
}

/** What a link says. @throws Problem `link_invalid` for one that is forged or too old: whatever is wrong with it, one answer */
export async function claimsOf(ports: LinkPorts, token: string): Promise<JWTPayload> {
  if (token.length > longestToken) throw new Problem("link_invalid");
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => keyFor(ports, kid), {
      algorithms: [algorithm],
      currentDate: new Date(ports.now()),
      requiredClaims: ["exp"],
    });
    return payload;
  } catch {
    throw new Problem("link_invalid");
  }
}

/** What a link said, however long ago: its signature holds. `undefined` for one that the gateway has not made. */
export async function oldClaimsOf(
  ports: Pick<Ports, "vault">,
  token: string,
): Promise<JWTPayload | undefined> {
  if (token.length > longestToken) return undefined;
  try {
    const { payload } = await compactVerify(token, ({ kid }) => keyFor(ports, kid), {
      algorithms: [algorithm],
    });
    return JSON.parse(new TextDecoder().decode(payload)) as JWTPayload;
  } catch {
    return undefined;
  }
}
