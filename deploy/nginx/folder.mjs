// A deployment in one folder, without systemd: a cluster of its own, gateways and nginx as processes.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { findRuntime } from "../../scripts/runtime.mjs";
import { environment, isGatewaySetting, root } from "../../scripts/settings.mjs";
import { nginxProgram, postgresFolder, runProgram, unprivileged } from "./machine.mjs";
import { here, ownConf, siteConf, upstreamConf } from "./nginx-conf.mjs";
import { checkPorts, holds } from "./ports.mjs";
import { pidByStart, pidByWord, pidFileText } from "./processes.mjs";
import { changeTo, until } from "./rolling.mjs";

const gatewayProgram = join(root, "packages", "gateway", "bin", "kunji-gateway.js");

/** One line, `<id>:<key>`, for its owner alone. */
export const newKeyLine = () => `k1:${randomBytes(32).toString("base64")}\n`;

/** A word that differs where a gateway would be started with other settings; it tells none of them. */
function settingsWord(all) {
  const own = Object.entries(all).filter(([name]) => isGatewaySetting(name));
  return createHash("sha256").update(JSON.stringify(own.sort())).digest("base64url");
}

/** What a deployment in a folder sets by itself. */
const ownSettings = [
  "DATABASE_URL",
  "KUNJI_DATA",
  "KUNJI_HOST",
  "KUNJI_KEY_FILE",
  "KUNJI_PORT",
  "KUNJI_PUBLIC_URL",
  "KUNJI_TRUSTED_PROXIES",
];

/** Those settings that a deployment in a folder takes from the shell of its `up`. */
export const takenOf = (all) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !ownSettings.includes(name)));

/** @param folder an absolute path @param wish { port, publicUrl, ports, settings }, with the settings that `up` has taken */
export function folderPlace(folder, { port, publicUrl, ports, settings: taken = {} }) {
  const at = (...names) => join(folder, ...names);
  const owner = unprivileged();
  const binaries = postgresFolder();
  const nginx = nginxProgram();
  const node = findRuntime();
  const asOwner = owner ? { uid: owner.uid, gid: owner.gid } : {};
  const postgres = (name, ...args) => runProgram(join(binaries, name), args, { ...asOwner, cwd: folder });
  const asSuperuser = ["-h", at("socket"), "-U", "postgres"];
  const nginxArgs = ["-p", at("nginx"), "-c", at("nginx", "nginx.conf"), "-e", at("log", "nginx.log")];
  const logOf = (gateway) => at("log", `gateway-${gateway}.log`);
  const pidFile = (gateway) => at("run", `gateway-${gateway}.pid`);
  const nginxPid = () => pidByWord(at("run", "nginx.pid"), at("nginx", "nginx.conf"));
  const postgresPid = () => pidByWord(at("postgres", "postmaster.pid"), at("postgres"));
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
    if (postgresPid() === undefined) {
      const options = `-k ${at("socket")} -c listen_addresses= -c max_connections=${40 + 15 * Math.max(10, ports.length)}`;
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
    // One that was stopped here before may have made the role alone.
    const knows = (query) =>
      execFileSync(join(binaries, "psql"), [...asSuperuser, "-d", "postgres", "-tAc", query], {
        ...asOwner,
        cwd: folder,
        encoding: "utf8",
      }).trim() === "1";
    if (!knows("select 1 from pg_roles where rolname = 'kunji'"))
      postgres("createuser", ...asSuperuser, "kunji");
    if (!knows("select 1 from pg_database where datname = 'kunji'"))
      postgres("createdb", ...asSuperuser, "-O", "kunji", "kunji");
  }

  const runs = (gateway) => pidByStart(pidFile(gateway)) !== undefined;
  /** What this process has, but settings of a gateway are the deployment's alone. */
  const environmentOf = (gateway) => {
    const others = Object.entries(environment()).filter(([name]) => !isGatewaySetting(name));
    return { ...Object.fromEntries(others), ...taken, ...settings(), KUNJI_PORT: String(gateway) };
  };

  function start(gateway) {
    const log = openSync(logOf(gateway), "a", 0o600);
    const env = environmentOf(gateway);
    const child = spawn(node, [gatewayProgram], {
      cwd: folder,
      detached: true,
      stdio: ["ignore", log, log],
      env,
    });
    closeSync(log);
    child.unref();
    writeFileSync(pidFile(gateway), pidFileText(child.pid, settingsWord(env)), { mode: 0o600 });
  }

  async function stop(gateway) {
    const known = pidByStart(pidFile(gateway));
    if (known === undefined) return;
    process.kill(known.pid, "SIGTERM");
    await until(() => !runs(gateway), 45_000, `The gateway on port ${gateway} should end`);
  }

  async function end(gateway) {
    await stop(gateway);
    rmSync(pidFile(gateway), { force: true });
  }

  /** What the gateways are set by, besides what `up` has taken. */
  const settings = () => ({
    KUNJI_HOST: "127.0.0.1",
    KUNJI_PUBLIC_URL: publicUrl,
    KUNJI_TRUSTED_PROXIES: "127.0.0.1",
    KUNJI_DATA: at("data"),
    KUNJI_KEY_FILE: at("keys"),
    DATABASE_URL: databaseUrl,
  });

  const upstream = at("nginx", "upstream.conf");
  const writeUpstream = (text) => writeFileSync(upstream, text);

  /** Starts nginx, or lets the one that runs read these files. */
  async function startNginx() {
    writeUpstream(upstreamConf(ports.map(here)));
    const site = siteConf({
      listen: `127.0.0.1:${port}`,
      serverName: "_",
      upstream,
      log: at("log", "access.log"),
      errorLog: at("log", "nginx.log"),
    });
    writeFileSync(at("nginx", "site.conf"), site);
    writeFileSync(at("nginx", "nginx.conf"), ownConf(folder, at("nginx", "site.conf")));
    const running = nginxPid() !== undefined;
    runProgram(nginx, [...nginxArgs, ...(running ? ["-s", "reload"] : [])]);
  }

  const place = {
    ports,
    nginx: {
      port,
      address: "127.0.0.1",
      holds: () => holds(nginxPid(), port),
      otherwise: ", or name another port by --port",
    },
    runs,
    seeLog: (gateway) => `see ${logOf(gateway)}`,
    holds: (gateway) => holds(pidByStart(pidFile(gateway))?.pid, gateway),
    start,
    stop,
    end,
    isOutdated: (gateway) => pidByStart(pidFile(gateway))?.settings !== settingsWord(environmentOf(gateway)),
    writeUpstream,
    nginxPid,
    startNginx,
    reloadNginx: async () => runProgram(nginx, [...nginxArgs, "-s", "reload"]),
    upstream: () => (existsSync(upstream) ? readFileSync(upstream, "utf8") : ""),
  };
  return {
    ...place,

    /** Before anything is begun. @throws Sentence */
    check: () => checkPorts(place),

    /** What it has made before stays. @param before the ports on which gateways may run from before */
    async up(before, say) {
      makeFolders();
      startPostgres();
      say("PostgreSQL runs.");
      if (!existsSync(at("keys"))) writeFileSync(at("keys"), newKeyLine(), { mode: 0o600, flag: "wx" });
      await changeTo(place, before, say);
      say(`nginx listens on http://127.0.0.1:${port} for ${publicUrl}.`);
    },

    /** Runs a command of the gateway's with the deployment's settings; resolves to its exit code. */
    run: (words) => {
      const env = environmentOf(ports[0]);
      return spawnSync(node, [gatewayProgram, ...words], { env, stdio: "inherit" }).status ?? 1;
    },

    /** @param running the ports on which gateways may run */
    async down(running) {
      const pid = nginxPid();
      if (pid !== undefined) {
        process.kill(pid, "SIGQUIT");
        await until(() => nginxPid() === undefined, 60_000, "nginx should end");
      }
      await Promise.all(running.map(end));
      if (postgresPid() !== undefined)
        postgres("pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", at("postgres"));
    },
  };
}
