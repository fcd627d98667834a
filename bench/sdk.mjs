// What an import of the SDK weighs in a web app's bundle, beside clients of OAuth, and which of its modules weigh what.
import { isDeepStrictEqual } from "node:util";
import { brokers } from "kunji";
import { root } from "../scripts/settings.mjs";
import { peersFolder, versionOf } from "./support/peers.mjs";
import { bundled } from "./support/sdk-bundle.mjs";

export const about = "the size of each broker's import, minified and compressed, beside clients of OAuth";

/** Compressed by gzip, in bytes. */
const mostOfBroker = 3_500;
const mostOfAll = 10_000;

const ids = Object.keys(brokers);
const ofBroker = (id) => [id, `export { ${id} } from "kunji/brokers/${id}"`, [id]];
/** By name: the import, and the brokers that it must bring. */
const ownImports = [
  ...ids.map(ofBroker),
  ["all five", `export { ${ids.join(", ")} } from "kunji"`, ids],
  ["all of kunji", 'export * from "kunji"', ids],
  ["kunji/gateway", 'export * from "kunji/gateway"', []],
];

/** The login with a code and a renewal: what a broker's import has besides its calls. */
const loginOf = {
  oauth4webapi:
    "discoveryRequest, processDiscoveryResponse, validateAuthResponse, authorizationCodeGrantRequest, " +
    "processAuthorizationCodeResponse, refreshTokenGrantRequest, processRefreshTokenResponse, ClientSecretPost",
  "openid-client":
    "discovery, buildAuthorizationUrl, authorizationCodeGrant, refreshTokenGrant, ClientSecretPost",
};
const peerImports = [
  ["arctic, one provider", 'export { Google } from "arctic"'],
  ["arctic, all", 'export * from "arctic"'],
  ...Object.entries(loginOf).flatMap(([name, verbs]) => [
    [`${name}, a login and a renewal`, `export { ${verbs} } from "${name}"`],
    [`${name}, all`, `export * from "${name}"`],
  ]),
];

/** Whether a bundle has these brokers as the sources have them: the same data, and a client that makes the same address. */
async function isWhole(text, expected) {
  const own = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  return expected.every((id) => {
    const { keys, firstCall } = brokers[id].traits;
    const texts = Object.fromEntries(Object.keys(keys).map((key) => [key, "k".repeat(16)]));
    const app = { ...texts, redirectUri: "https://app.example/callback" };
    const address = (broker) => broker(app).callUrl(firstCall.path);
    return (
      isDeepStrictEqual(own[id]?.traits, brokers[id].traits) && address(own[id]) === address(brokers[id])
    );
  });
}

export async function run(_, { say }) {
  const [imports, peers, modules] = [{}, {}, {}];
  let sound = true;
  const told = (name, { minified, gzip, brotli }) =>
    say(`${name.padEnd(38)} ${minified} minified, ${gzip} by gzip, ${brotli} by brotli`);
  for (const [name, text, expected] of ownImports) {
    const bundle = await bundled(text, root);
    imports[name] = bundle.sizes;
    modules[name] = bundle.modules;
    sound &&= await isWhole(bundle.text, expected);
    told(name, bundle.sizes);
  }
  for (const [name, text] of peerImports) {
    const { sizes } = await bundled(text, peersFolder);
    peers[name] = sizes;
    told(name, sizes);
  }
  const largest = Math.max(...ids.map((id) => imports[id].gzip));
  const ofArctic = (size) => Number((size / peers["arctic, one provider"].gzip).toFixed(2));
  return {
    sound,
    versions: Object.fromEntries(
      ["esbuild", "arctic", ...Object.keys(loginOf)].map((name) => [name, versionOf(name)]),
    ),
    imports,
    peers,
    ratios: Object.fromEntries(Object.entries(imports).map(([name, { gzip }]) => [name, ofArctic(gzip)])),
    modules,
    goals: [
      {
        goal: "a broker, by gzip: at most 3.5 kB",
        figure: `${largest / 1_000} kB`,
        met: largest <= mostOfBroker,
      },
      {
        goal: "all five, by gzip: at most 10 kB",
        figure: `${imports["all five"].gzip / 1_000} kB`,
        met: imports["all five"].gzip <= mostOfAll,
      },
    ],
  };
}

const kilobytes = (bytes) => (bytes / 1_000).toFixed(1);

export const table = ({ imports, peers, ratios, goals }) => ({
  columns: ["import", "minified, kB", "gzip, kB", "brotli, kB", "gzip, of arctic's one provider"],
  rows: [...Object.entries(imports), ...Object.entries(peers)].map(([name, { minified, gzip, brotli }]) => [
    name,
    ...[minified, gzip, brotli].map(kilobytes),
    ratios[name] ?? "",
  ]),
  goals,
});
