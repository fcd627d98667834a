// nginx, as the stand-in of a broker and as a proxy that adds one header.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findNginx } from "../../../deploy/nginx/machine.mjs";
import { Sentence } from "../../../scripts/settings.mjs";
import { startProgram } from "./programs.mjs";

/** @throws Sentence where there is none */
export function nginxProgram() {
  const found = findNginx();
  if (found) return found;
  throw new Sentence(
    "This benchmark needs an nginx, and there is none. Install one (Debian: apt-get install nginx-light; macOS: brew install " +
      "nginx) and run the same command again.",
  );
}

export const nginxVersion = () =>
  /nginx\/(\S+)/.exec(spawnSync(nginxProgram(), ["-v"], { encoding: "utf8" }).stderr)?.[1];

/**
 * Starts an nginx in a folder of its own. `http` is what stands in its block `http`; `reread` lets it take another one, and
 * waits until that answers.
 */
export async function startNginx(folder, { workers, core, http, answers }) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "nginx.conf");
  const write = (inner) =>
    writeFileSync(
      file,
      `${process.getuid?.() === 0 ? "user root; " : ""}daemon off; worker_processes ${workers}; pid ${folder}/pid; error_log ${folder}/errors;
events { worker_connections 4096; }
http {
  access_log off; keepalive_timeout 3600s; keepalive_requests 1000000000; sendfile on; tcp_nodelay on;
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
${inner}
}
`,
    );
  write(http);
  const { child, stop } = await startProgram([nginxProgram(), "-p", folder, "-c", file], { core, answers });
  return {
    stop,
    async reread(inner, until) {
      write(inner);
      child.kill("SIGHUP");
      for (let tries = 0; !(await until()); tries++) {
        if (tries > 200) throw new Error("nginx did not take its new configuration.");
        await new Promise((done) => setTimeout(done, 25));
      }
    },
  };
}
