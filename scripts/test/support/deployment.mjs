import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { environment, root } from "../../settings.mjs";

/** Ports that nobody listens on. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = [];
  for (const server of servers) {
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    ports.push(server.address().port);
  }
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** Runs a program of the clone to its end. Resolves to `{status, text}`. @param begun is given its process */
export const run = (args, env, begun = () => undefined) =>
  new Promise((done) => {
    const options = { cwd: root, env: environment(env) };
    begun(
      execFile(process.execPath, args, options, (error, stdout, stderr) =>
        done({ status: error ? (error.code ?? 1) : 0, text: stdout + stderr }),
      ),
    );
  });

/** A deployment in a folder of its own. @param env what the shell of each command says; it may be changed in between */
export async function newDeployment(env) {
  const folder = mkdtempSync(join(tmpdir(), "kunji-deployment-"));
  const [port, ...ports] = await freePorts(4);
  const origin = `http://127.0.0.1:${port}`;
  const deploy = (...args) => run(["deploy/nginx/deploy.mjs", ...args, "--folder", folder], env);

  /** Sends on a connection of its own: none is left to be used just as it is closed. Rejects where no answer comes. */
  function send(method, path, { body, headers = {} } = {}) {
    return new Promise((done, failed) => {
      const sent = request(origin + path, { method, headers, agent: false }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", failed);
        response.on("close", () => failed(new Error("The answer was cut.")));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          done({ status: response.statusCode, headers: response.headers, text });
        });
      });
      sent.on("error", failed);
      sent.end(body);
    });
  }

  return {
    folder,
    origin,
    ports,
    send,
    deploy,
    /** Begins a command, and sends it a signal once this holds. */
    async stopped(signal, when, ...args) {
      let child;
      const ended = run(["deploy/nginx/deploy.mjs", ...args, "--folder", folder], env, (process) => {
        child = process;
      });
      while (child.exitCode === null && !when()) await wait(20);
      child.kill(signal);
      return ended;
    },
    port,
    up: (some = ports, ...more) => deploy("up", "--port", String(port), "--ports", some.join(","), ...more),
    pidOf: (gateway) =>
      Number(readFileSync(join(folder, "run", `gateway-${gateway}.pid`), "utf8").split("\n")[0]),
    /** With the API key; the answer's JSON besides. */
    async api(method, path, body) {
      const authorization = `Bearer ${env.KUNJI_API_KEY}`;
      const answer = await send(method, path, {
        headers: { authorization, ...(body && { "content-type": "application/json" }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      return {
        ...answer,
        json: /json/.test(answer.headers["content-type"] ?? "") ? JSON.parse(answer.text) : undefined,
      };
    },
    /** Which gateway has answered what, from nginx's log: lines of `METHOD path status upstream`. */
    log() {
      const lines = readFileSync(join(folder, "log", "access.log"), "utf8")
        .trim()
        .split("\n");
      return lines.map((line) => {
        const [, , method, path, status, , upstream] = line.split(" ");
        return { method, path, status, upstream };
      });
    },
    /** Everything that was logged by anybody. */
    logged: () =>
      readdirSync(join(folder, "log"))
        .map((name) => readFileSync(join(folder, "log", name), "utf8"))
        .join("\n"),
    async end() {
      await deploy("down");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
