// The gateway as it is started in life, with one connection that was logged in at the stand-in.
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { connect } from "../../../packages/gateway/test/invariants/support/journey.ts";
import { newHttpPerson } from "../../../packages/gateway/test/many/support/http-person.ts";
import { publicUrl, returnUrl } from "../../../packages/gateway/test/support/world.ts";
import { root, settings } from "../../../scripts/settings.mjs";
import { freePorts, startNode } from "./programs.mjs";
import { base, path, pemFile } from "./stand-in.mjs";

const broker = "autoshares";
const environmentName = "stand-in";
const program = join(root, "packages", "gateway", "bin", "kunji-gateway.js");
const host = new URL(publicUrl).host;

const unset = () => Object.fromEntries(Object.keys(settings.ofGateways()).map((name) => [name, undefined]));

/** A call to a gateway under its public name; JSON both ways. */
function asker(origin, key) {
  return (method, to, { body } = {}) =>
    new Promise((done, failed) => {
      const text = body === undefined ? "" : JSON.stringify(body);
      const headers = {
        host,
        authorization: `Bearer ${key}`,
        ...(text && { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
      };
      request(`${origin()}${to}`, { method, headers, agent: false }, async (answer) => {
        const text = (await answer.toArray()).join("");
        const json = /json/.test(answer.headers["content-type"] ?? "") ? JSON.parse(text) : undefined;
        done({ status: answer.statusCode, text, json });
      })
        .on("error", failed)
        .end(text);
    });
}

const ready = async (origin) => {
  try {
    return (await asker(() => origin, "")("GET", "/ready")).status === 200;
  } catch {
    return false;
  }
};

/** Lets the sandbox's ready user log in through the first gateway so often; each connection's id, and what its calls carry. */
async function logIn(origin, key, standIn, times) {
  const presets = await (await standIn.sandbox.fetch(`${standIn.sandboxUrl}/_sandbox/presets`)).json();
  const ask = asker(() => origin, key);
  const { redirect_url: _, ...keys } = presets[broker].apps.gateway;
  const app = await ask("PUT", `/v1/apps/${broker}`, {
    body: { broker, environment: environmentName, keys, return_urls: [returnUrl] },
  });
  if (app.status >= 300) throw new Error(`The app was refused: ${app.text}`);
  const traits = { [broker]: { login: "password" } };
  const person = () => newHttpPerson(() => origin);
  const made = [];
  while (made.length < times) {
    const id = await connect({ ask, person, presets, gateway: { ports: { brokers: { traits } } } }, broker);
    const { status, json } = await ask("GET", `/v1/connections/${id}/session`);
    const found = Object.entries(json?.headers ?? {}).find(
      ([name]) => name.toLowerCase() === "authorization",
    );
    if (!found) throw new Error(`The session's headers can't be read: ${status}`);
    made.push({ id, credential: found[1] });
  }
  return made;
}

/**
 * Starts so many gateways on one database, makes so many connections through the first, and lets the stand-in admit their
 * sessions. `authorization` is one of these; `paths` are the measured calls, one for each connection.
 */
export async function openGateways(folder, standIn, { count, core, databaseUrl, connections }) {
  const key = `kunji_bench_${randomBytes(24).toString("hex")}`;
  const keyFile = join(folder, "keys");
  writeFileSync(keyFile, `k1:${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
  const environments = join(folder, "environments.json");
  const place = { api: `${standIn.origin}${base}`, login: standIn.origin };
  writeFileSync(environments, JSON.stringify({ [broker]: { [environmentName]: place } }));
  const ports = await freePorts(count);
  const origins = ports.map((port) => `http://127.0.0.1:${port}`);
  const started = [];
  for (const [nth, port] of ports.entries())
    started.push(
      await startNode([program], {
        core,
        env: {
          ...unset(),
          KUNJI_PORT: String(port),
          KUNJI_PUBLIC_URL: publicUrl,
          KUNJI_DATA: join(folder, `gateway-${nth}`),
          KUNJI_KEY_FILE: keyFile,
          KUNJI_API_KEY: key,
          KUNJI_ENVIRONMENTS: environments,
          // Calls are counted all the same.
          KUNJI_RATE_PER_KEY: "100000000",
          // All users log in from one address.
          KUNJI_RATE_PER_ADDRESS: "off",
          NODE_EXTRA_CA_CERTS: pemFile,
          ...(databaseUrl && { DATABASE_URL: databaseUrl }),
        },
        answers: () => ready(origins[nth]),
      }),
    );
  const made = await logIn(origins[0], key, standIn, connections);
  await standIn.admit(made.map(({ credential }) => credential));
  const paths = made.map(({ id }) => `/v1/connections/${id}/proxy${path}`);
  return {
    authorization: made[0].credential,
    /** What callers send to whichever target; wrk adds a `Host` where it finds none of this spelling. */
    asked: { Authorization: `Bearer ${key}`, Host: host },
    urls: origins.map((origin) => `${origin}${paths[0]}`),
    paths,
    async close() {
      for (const { stop } of started) await stop();
    },
  };
}
