// What nginx is told in the compose file's deployment. Write it anew after a change: node deploy/nginx/compose-conf.mjs
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { siteConf, upstreamConf } from "./nginx-conf.mjs";

/** The files of `deploy/compose`, by their names. */
export const composeFiles = {
  "upstream.conf": upstreamConf(["gateway-1:4700", "gateway-2:4700"]),
  "kunji.conf": siteConf({
    listen: "443 ssl",
    serverName: "_",
    upstream: "/etc/nginx/kunji/upstream.conf",
    log: "/var/log/nginx/access.log",
    errorLog: "/var/log/nginx/error.log",
    certificate: "/run/secrets/tls_certificate",
    certificateKey: "/run/secrets/tls_key",
  }),
};

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, text] of Object.entries(composeFiles))
    writeFileSync(new URL(`../compose/${name}`, import.meta.url), text);
