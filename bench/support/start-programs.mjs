// What is started: ours, each at an empty place of its own, and the peers of the same kind.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newPostgres } from "../../packages/gateway/test/support/postgres.ts";
import { root } from "../../scripts/settings.mjs";
import { peersFolder } from "./peers.mjs";

const binary = (path) => [join(root, "packages", path)];

async function newFolder() {
  const folder = await mkdtemp(join(tmpdir(), "kunji-start-"));
  return { folder, drop: () => rm(folder, { recursive: true, force: true }) };
}

const gatewayAt = (name, folder, env) => ({
  name,
  args: binary("gateway/bin/kunji-gateway.js"),
  env: { KUNJI_PORT: "0", KUNJI_DATA: folder, KUNJI_LOG_LEVEL: "warn", ...env },
  ready: "/ready",
});

async function gatewayOnSqlite(name, env) {
  const { folder, drop } = await newFolder();
  return { program: gatewayAt(name, folder, env), drop };
}

async function gatewayOnPostgres(name, env) {
  const { folder, drop } = await newFolder();
  const database = await newPostgres();
  return {
    program: gatewayAt(name, folder, { DATABASE_URL: database.url, ...env }),
    async drop() {
      await database.drop();
      await drop();
    },
  };
}

async function sandbox(name) {
  const { folder, drop } = await newFolder();
  const env = { KUNJI_SANDBOX_PORT: "0", KUNJI_DATA: folder };
  const args = binary("sandbox/bin/kunji-sandbox.js");
  return { program: { name, args, env, ready: "/_sandbox/presets" }, drop };
}

const peerAt = (file, ready) => async (name) => ({
  program: { name, args: [join(peersFolder, file)], ready },
  drop: async () => undefined,
});

/** Ours by name: each makes an empty place, with the program that is started there. */
export const gateways = {
  "gateway, SQLite": gatewayOnSqlite,
  "gateway, PostgreSQL": gatewayOnPostgres,
};
export const own = { ...gateways, sandbox };

export const peers = {
  "fastify alone": peerAt("fastify-service.mjs", "/ready"),
  "oidc-provider": peerAt("oidc-provider-service.mjs", "/.well-known/openid-configuration"),
};

/** The same fastify, which forwards what comes below `/proxy` to an origin. */
export const fastifyBefore = (origin) => ({
  name: "@fastify/http-proxy",
  args: [join(peersFolder, "fastify-service.mjs"), origin],
  ready: "/ready",
});
