// oidc-provider as a program of its own: node login-issuer.mjs <port> <client secret>. Whoever comes is logged in at once.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { peer } from "./peers.mjs";

const [port, clientSecret] = process.argv.slice(2);
const origin = `http://127.0.0.1:${port}`;
const accountId = "asha";
const clientId = "app";
const { Provider } = await peer("oidc-provider");
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const provider = new Provider(origin, {
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: ["https://app.example/callback"],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  cookies: { keys: [randomBytes(32).toString("hex")] },
  features: { devInteractions: { enabled: false } },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig", kid: "one" }] },
});

/** The login and the consent in one, without a page. */
async function answerAtOnce(request, response) {
  await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope("openid");
  const grantId = await grant.save();
  await provider.interactionFinished(request, response, { login: { accountId }, consent: { grantId } });
}

const issue = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) return issue(request, response);
  answerAtOnce(request, response).catch(() => response.writeHead(500).end());
}).listen(Number(port), "127.0.0.1");
