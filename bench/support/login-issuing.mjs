// The authorization-code flow at oidc-provider, as its client and its user make it: the issuing part of a login alone.
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { newBrowser } from "./login-browser.mjs";
import { startProgram } from "./login-processes.mjs";

const clientId = "app";
const redirectUri = "https://app.example/callback";
const random = () => randomBytes(32).toString("base64url");

export async function openIssuer(caller) {
  const folder = await mkdtemp(join(tmpdir(), "kunji-issuer-"));
  const clientSecret = random();
  const issuer = await startProgram(folder, {
    name: "oidc-provider",
    args: (port) => [fileURLToPath(new URL("login-issuer.mjs", import.meta.url)), String(port), clientSecret],
    ready: "/.well-known/openid-configuration",
  }).catch(async (error) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const { origin } = issuer;
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;

  /** The code that the browser brings to the client; it is led on until it leaves the issuer. */
  async function codeFor(state, verifier) {
    const browser = newBrowser(caller, origin);
    const query = new URLSearchParams({
      client_id: clientId,
      response_type: "code",
      redirect_uri: redirectUri,
      scope: "openid",
      state,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    let to = `/auth?${query}`;
    for (let hops = 0; hops < 4 && !to?.startsWith(redirectUri); hops++) ({ to } = await browser.open(to));
    const back = URL.parse(to ?? "");
    const code = back?.searchParams.get("state") === state ? back.searchParams.get("code") : null;
    if (code === null) throw new Error(`oidc-provider: the browser came back with ${to}`);
    return code;
  }

  return {
    /** Answers the access token. @throws Error where there is none */
    async logIn() {
      const verifier = random();
      const code = await codeFor(random(), verifier);
      const fields = {
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      };
      const answer = await caller.call("POST", `${origin}/token`, {
        headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(fields).toString(),
      });
      const { access_token, id_token } = answer.status === 200 ? JSON.parse(answer.text) : {};
      if (!access_token || !id_token)
        throw new Error(`oidc-provider: ${answer.status} ${answer.text.slice(0, 300)}`);
      return access_token;
    },
    async close() {
      await issuer.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
