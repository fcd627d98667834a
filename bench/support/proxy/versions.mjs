// The versions of everything that is compared.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/settings.mjs";
import { versionOf } from "../peers.mjs";
import { nginxVersion } from "./nginx.mjs";
import { wrkVersion } from "./wrk.mjs";

const own = (name) =>
  JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version;

/** @throws Sentence where wrk or nginx is missing */
export const versions = () => ({
  node: process.versions.node,
  openssl: process.versions.openssl,
  undici: own("undici"),
  fastify: own("fastify"),
  "@fastify/http-proxy": versionOf("@fastify/http-proxy"),
  "its fastify": versionOf("fastify"),
  "http-proxy": versionOf("http-proxy"),
  nginx: nginxVersion(),
  wrk: wrkVersion(),
});
