// A stand-in of a broker: the sandbox for the login, and nginx before it, which answers the measured calls by itself.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSandbox } from "@kunji/sandbox";
import { publicUrl } from "../../../packages/gateway/test/support/world.ts";
import { flawOf } from "./answers.mjs";
import { startNginx } from "./nginx.mjs";
import { freePorts } from "./programs.mjs";

/** Key and certificate of the stand-in's TLS, which is good for loopback alone. */
export const pemFile = fileURLToPath(new URL("stand-in.pem", import.meta.url));
export const pem = readFileSync(pemFile, "utf8");

/** Where the broker's API begins at the stand-in, as at the sandbox. */
export const base = "/autoshares/api";
/** The measured call below that: one that only reads. */
export const path = "/v1.0/accounts/42/positions";

const position = (i) => ({
  id: 1_000 + i,
  symbol: `ACME${i}`,
  qty: "12.5",
  avg: "101.20",
  last: "104.75",
  pnl: "44.38",
});

/** An account's positions as JSON, of at least so many bytes. */
export function positions(bytes) {
  const found = { account: "42", currency: "USD", positions: [] };
  for (let length = JSON.stringify(found).length; length < bytes; ) {
    const next = position(found.positions.length);
    found.positions.push(next);
    length += JSON.stringify(next).length + 1;
  }
  return Buffer.from(JSON.stringify(found));
}

/** What a server block answers for one who has the credential; everything else is the sandbox's. */
function serverOf({ port, tls, folder, sandbox, credentials, body }) {
  // From memory where it is short: a file takes a second write.
  const answer = body.length > 4_096 ? `alias ${folder}/positions.json` : `return 200 '${body}'`;
  const secure = tls ? ` ssl; ssl_certificate ${pemFile}; ssl_certificate_key ${pemFile}` : "";
  const measured =
    credentials === undefined
      ? ""
      : `location = ${base}${path} {
      if ($admitted = 0) { return 401; }
      default_type application/json; ${answer};
    }`;
  const admitted = (credentials ?? []).map((one) => `"${one}" 1;`).join(" ");
  return `  map_hash_bucket_size 512; map_hash_max_size 8192; map $http_authorization $admitted { default 0; ${admitted} }
  open_file_cache max=16; ssl_session_cache shared:kept:1m;
  server {
    listen 127.0.0.1:${port}${secure};
    ${measured}
    location / { proxy_pass http://${sandbox}; proxy_set_header Host ${sandbox}; }
  }`;
}

/**
 * Opens the stand-in. `origin` is where the proxies call it; `nearOrigin` is a second one, on the core of what is measured, for
 * the calls that no proxy is between. `admit` sets the credentials: calls are measured from then on.
 */
export async function openStandIn(folder, { bytes, tls, workers, cores }) {
  const body = positions(bytes);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "positions.json"), body);
  const sandbox = createSandbox({ urls: { gateway: publicUrl } });
  const { origin: sandboxUrl } = await sandbox.listen({ host: "127.0.0.1", port: 0 });
  const [port, nearPort] = await freePorts(2);
  const originAt = (number) => `http${tls ? "s" : ""}://127.0.0.1:${number}`;
  const parts = { tls, folder, body, sandbox: new URL(sandboxUrl).host };
  const call = (number, headers) => ({ url: `${originAt(number)}${base}${path}`, headers, body });

  /** Without the credential a call must be refused: by the sandbox before `admit`, by nginx from then on. */
  const refuses = async (number) => ((await flawOf(call(number, {}), pem)) ?? "").startsWith("status 40");
  const start = (name, number, core) =>
    startNginx(join(folder, name), {
      workers,
      core,
      http: serverOf({ ...parts, port: number }),
      answers: () => refuses(number),
    });
  const servers = [
    [port, await start("broker", port, cores.broker)],
    [nearPort, await start("broker-near", nearPort, cores.measured)],
  ];
  return {
    origin: originAt(port),
    nearOrigin: originAt(nearPort),
    body,
    sandbox,
    sandboxUrl,
    async admit(credentials) {
      if (credentials.some((one) => !/^[\w.~+/= -]+$/.test(one)))
        throw new Error("A credential can't be written down for nginx.");
      const admitsAll = async (number) => {
        const flaws = await Promise.all([
          flawOf(call(number, { authorization: credentials[0] }), pem),
          flawOf(call(number, { authorization: credentials.at(-1) }), pem),
        ]);
        return flaws.every((flaw) => flaw === undefined) && (await refuses(number));
      };
      for (const [number, server] of servers)
        await server.reread(serverOf({ ...parts, port: number, credentials }), () => admitsAll(number));
    },
    async close() {
      for (const [, server] of servers) await server.stop();
      await sandbox.close();
    },
  };
}
