// What is measured: the gateway, what it is measured beside, and the stand-in without anything between.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { flawOf } from "./answers.mjs";
import { startNginx } from "./nginx.mjs";
import { freePorts, startNode } from "./programs.mjs";
import { base, path, pem, pemFile } from "./stand-in.mjs";

/** The proxies that run in Node, each a program of its own. */
const nodePeers = {
  dispatcher: "dispatcher.mjs",
  fastifyDispatcher: "dispatcher-behind-fastify.mjs",
  fastifyHttpProxy: "fastify-http-proxy.mjs",
  httpProxy: "http-proxy.mjs",
};

/** What the figures' names stand for. */
export const names = {
  direct: "the stand-in, without anything between",
  nginx: "nginx, which adds one header",
  dispatcher: "the bare dispatcher",
  fastifyDispatcher: "the bare dispatcher behind fastify",
  fastifyHttpProxy: "@fastify/http-proxy",
  httpProxy: "http-proxy",
  gateway: "the gateway",
  oneGateway: "one of the gateways",
};

const addressOf = (port) => `http://127.0.0.1:${port}${base}${path}`;

/** nginx trusts the stand-in by its certificate, as the others do. */
function nginxBlocks(port, origin, authorization) {
  const { protocol, host } = new URL(origin);
  const trust = `proxy_ssl_verify on; proxy_ssl_trusted_certificate ${pemFile}; proxy_ssl_name localhost;`;
  return `  upstream broker { server ${host}; keepalive 128; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass ${protocol}//broker; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Authorization "${authorization}"; proxy_max_temp_file_size 0; ${protocol === "https:" ? trust : ""}
    }
  }`;
}

/**
 * Starts everything beside the gateways, as many processes of each as there are gateways.
 * @returns `targets`, by name what is called: `urls`, `headers`, the `body` of a right answer, and the `paths` that
 * calls are spread over where there are several
 */
export async function openTargets(folder, standIn, gateways, { count, core }) {
  const { origin, nearOrigin, body } = standIn;
  const { authorization, asked } = gateways;
  const called = { headers: asked, body };
  const rights = (url) => async () => (await flawOf({ ...called, url })) === undefined;
  const started = [];
  const targets = {
    direct: { urls: [`${nearOrigin}${base}${path}`], headers: { authorization }, body },
  };

  const [nginxPort] = await freePorts(1);
  const http = nginxBlocks(nginxPort, origin, authorization);
  const url = addressOf(nginxPort);
  started.push(await startNginx(join(folder, "nginx"), { workers: count, core, http, answers: rights(url) }));
  targets.nginx = { ...called, urls: Array(count).fill(url) };

  for (const [name, file] of Object.entries(nodePeers)) {
    const ports = await freePorts(count);
    const program = fileURLToPath(new URL(`peers/${file}`, import.meta.url));
    for (const port of ports) {
      const told = JSON.stringify({ port, origin, authorization });
      const env = { NODE_EXTRA_CA_CERTS: pemFile };
      started.push(await startNode([program, told], { core, env, answers: rights(addressOf(port)) }));
    }
    targets[name] = { ...called, urls: ports.map(addressOf) };
  }
  const { urls, paths } = gateways;
  targets.gateway = { ...called, urls, paths };
  if (count > 1) targets.oneGateway = { ...called, urls: urls.slice(0, 1), paths };
  return {
    targets,
    async close() {
      for (const { stop } of started) await stop();
    },
  };
}

/** What is wrong with a target's answers, in words; `undefined` where each of its processes answers right. */
export async function flawOfTarget({ urls, headers, body }) {
  for (const url of urls) {
    const flaw = await flawOf({ url, headers, body }, pem);
    if (flaw) return flaw;
  }
  return undefined;
}
