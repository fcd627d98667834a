// A deployment in one folder, without systemd: a cluster of its own, gateways and nginx as processes.
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { environment, root } from "../../scripts/settings.mjs";
import { nginxProgram, postgresFolder, unprivileged } from "./machine.mjs";
import { here, ownConf, siteConf, upstreamConf } from "./nginx-conf.mjs";
import { until, waitUntilReady } from "./rolling.mjs";

const gatewayProgram = join(root, "packages", "gateway", "bin", "kunji-gateway.js");

/** One line, `<id>:<key>`, for its owner alone. */
export const newKeyLine = () => `k1:${randomBytes(32).toString("base64")}\n`;

function pidIn(file) {
  try {
    const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

/** @param folder an absolute path @param wish { port, publicUrl, ports } */
export function folderPlace(folder, { port, publicUrl, ports }) {
  const at = (...names) => join(folder, ...names);
  const owner = unprivileged();
  const binaries = postgresFolder();
  const nginx = nginxProgram();
  const asOwner = owner ? { uid: owner.uid, gid: owner.gid } : {};
  const postgres = (name, ...args) =>
    execFileSync(join(binaries, name), args, {
      ...asOwner,
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
  const nginxArgs = ["-p", at("nginx"), "-c", at("nginx", "nginx.conf"), "-e", at("log", "nginx.log")];
  const pidFile = (gateway) => at("run", `gateway-${gateway}.pid`);
  const databaseUrl = `postgres://kunji@localhost/kunji?host=${encodeURIComponent(at("socket"))}`;

  function makeFolders() {
    // nginx's workers and PostgreSQL are other users where root starts them: they may pass through.
    for (const name of ["", "run", "log", "nginx", "data"])
      mkdirSync(at(name), { recursive: true, mode: 0o711 });
    chmodSync(folder, 0o711);
    // Whoever gets to the socket is let in: nobody else may pass.
    for (const name of ["postgres", "socket"]) mkdirSync(at(name), { recursive: true, mode: 0o700 });
    if (owner) for (const name of ["postgres", "socket"]) chownSync(at(name), owner.uid, owner.gid);
  }

  /** A cluster that listens on a socket alone, with a role and a database. */
  function startPostgres() {
    const fresh = !existsSync(at("postgres", "PG_VERSION"));
    if (fresh) postgres("initdb", "-D", at("postgres"), "-U", "postgres", "--auth=trust", "--encoding=UTF8");
    if (pidIn(at("postgres", "postmaster.pid")) === undefined) {
      const options = `-k ${at("socket")} -c listen_addresses= -c max_connections=${40 + 15 * ports.length}`;
      postgres(
        "pg_ctl",
        "start",
        "-w",
        "-s",
        "-D",
        at("postgres"),
        "-l",
        at("postgres", "log"),
        "-o",
        options,
      );
    }
    if (!fresh) return;
    postgres("createuser", "-h", at("socket"), "-U", "postgres", "kunji");
    postgres("createdb", "-h", at("socket"), "-U", "postgres", "-O", "kunji", "kunji");
  }

  function start(gateway) {
    if (pidIn(pidFile(gateway)) !== undefined) return;
    const log = openSync(at("log", `gateway-${gateway}.log`), "a", 0o600);
    const child = spawn(process.execPath, [gatewayProgram], {
      cwd: folder,
      detached: true,
      stdio: ["ignore", log, log],
      env: environment({ ...settings(), KUNJI_PORT: String(gateway) }),
    });
    closeSync(log);
    child.unref();
    writeFileSync(pidFile(gateway), `${child.pid}\n`);
  }

  async function stop(gateway) {
    const pid = pidIn(pidFile(gateway));
    if (pid === undefined) return;
    process.kill(pid, "SIGTERM");
    await until(
      () => pidIn(pidFile(gateway)) === undefined,
      45_000,
      `The gateway on port ${gateway} should end`,
    );
  }

  /** What the gateways are set by, besides what this process has. */
  const settings = () => ({
    KUNJI_HOST: "127.0.0.1",
    KUNJI_PUBLIC_URL: publicUrl,
    KUNJI_TRUSTED_PROXIES: "127.0.0.1",
    KUNJI_DATA: at("data"),
    KUNJI_KEY_FILE: at("keys"),
    DATABASE_URL: databaseUrl,
  });

  const writeUpstream = (text) => writeFileSync(at("nginx", "upstream.conf"), text);
  function startNginx() {
    writeUpstream(upstreamConf(ports.map(here)));
    const site = siteConf({
      listen: `127.0.0.1:${port}`,
      serverName: "_",
      upstream: at("nginx", "upstream.conf"),
      log: at("log", "access.log"),
      errorLog: at("log", "nginx.log"),
    });
    writeFileSync(at("nginx", "site.conf"), site);
    writeFileSync(at("nginx", "nginx.conf"), ownConf(folder, at("nginx", "site.conf")));
    const running = pidIn(at("run", "nginx.pid")) !== undefined;
    execFileSync(nginx, [...nginxArgs, ...(running ? ["-s", "reload"] : [])], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  }

  return {
    ports,
    settings,
    start,
    stop,
    writeUpstream,
    nginxPid: () => pidIn(at("run", "nginx.pid")),
    reloadNginx: async () => void execFileSync(nginx, [...nginxArgs, "-s", "reload"], { stdio: "ignore" }),

    /** Starts what does not run yet; what it has made before stays. */
    async up(say) {
      makeFolders();
      startPostgres();
      say("PostgreSQL runs.");
      if (!existsSync(at("keys"))) writeFileSync(at("keys"), newKeyLine(), { mode: 0o600, flag: "wx" });
      writeFileSync(at("settings.json"), `${JSON.stringify(settings(), null, 2)}\n`);
      // The first one makes the tables and the API key.
      for (const [index, gateway] of ports.entries()) {
        start(gateway);
        if (index === 0) await waitUntilReady(gateway);
      }
      for (const gateway of ports) await waitUntilReady(gateway);
      say(`Gateways run on the ports ${ports.join(", ")}.`);
      startNginx();
      say(`nginx listens on http://127.0.0.1:${port} for ${publicUrl}.`);
    },

    async down() {
      const pid = pidIn(at("run", "nginx.pid"));
      if (pid !== undefined) {
        process.kill(pid, "SIGQUIT");
        await until(() => pidIn(at("run", "nginx.pid")) === undefined, 60_000, "nginx should end");
      }
      await Promise.all(ports.map(stop));
      if (pidIn(at("postgres", "postmaster.pid")) !== undefined)
        postgres("pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", at("postgres"));
    },
  };
}
