// A deployment on a host of its own: Debian or Ubuntu with systemd, as root.
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findRuntime } from "../../scripts/runtime.mjs";
import { root, Sentence } from "../../scripts/settings.mjs";
import { newKeyLine } from "./folder.mjs";
import { aptInstall, findNginx, runProgram } from "./machine.mjs";
import { here, siteConf, upstreamConf } from "./nginx-conf.mjs";
import { checkPorts, holds } from "./ports.mjs";
import { changeTo } from "./rolling.mjs";

const places = {
  settings: "/etc/kunji/gateway.env",
  ownSettings: "/etc/kunji/own.env",
  unit: "/etc/systemd/system/kunji-gateway@.service",
  site: "/etc/nginx/conf.d/kunji.conf",
  upstream: "/etc/nginx/kunji/upstream.conf",
  keys: "/var/lib/kunji/keys",
};
const databaseUrl = "postgres://kunji@localhost/kunji?host=%2Fvar%2Frun%2Fpostgresql";

/** As it stands between quotation marks in a unit's ExecStart. */
const inUnit = (path) => path.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%");

/**
 * The files of a host, by their paths.
 * @param wish { publicUrl, ports, certificate, certificateKey }
 * @param programs { node, clone }: the path of Node, and of the clone
 */
export function hostFiles(
  { publicUrl, ports, certificate, certificateKey },
  { node, clone } = { node: findRuntime(), clone: root },
) {
  const { hostname } = new URL(publicUrl);
  const unit = readFileSync(new URL("kunji-gateway@.service", import.meta.url), "utf8")
    .replaceAll("@NODE@", () => inUnit(node))
    .replaceAll("@FOLDER@", () => inUnit(clone).replaceAll("$", "$$$$"));
  return {
    [places.settings]: `# Written by deploy.mjs. Settings of your own: /etc/kunji/own.env
KUNJI_PUBLIC_URL=${publicUrl}
KUNJI_TRUSTED_PROXIES=127.0.0.1
KUNJI_DATA=/var/lib/kunji
KUNJI_KEY_FILE=${places.keys}
DATABASE_URL=${databaseUrl}
`,
    [places.unit]: unit,
    [places.upstream]: upstreamConf(ports.map(here)),
    [places.site]: siteConf({
      listen: certificate === undefined ? "80" : "443 ssl http2",
      serverName: hostname,
      upstream: places.upstream,
      log: "/var/log/nginx/kunji.log",
      errorLog: "/var/log/nginx/kunji-errors.log",
      certificate,
      certificateKey,
    }),
  };
}

/** Writes the files below a folder; `/` for the host itself. A file that has its text already is left as it is. */
export function writeHostFiles(below, files) {
  for (const [path, text] of Object.entries(files)) {
    const file = join(below, path);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

const unitOf = (port) => `kunji-gateway@${port}`;
const asUser = (user, program, ...args) => ["runuser", "-u", user, "--", program, ...args];

/** This machine: where its files lie, and what programs do and answer on it. */
const thisMachine = () => ({
  below: "/",
  node: findRuntime(),
  clone: root,
  run: (program, ...args) => runProgram(program, args),
  holds,
  /** Its exit code; what it says is shown. */
  shows: (program, ...args) => spawnSync(program, args, { stdio: "inherit" }).status ?? 1,
  /** What it prints; empty where it fails. */
  answers: (program, ...args) => spawnSync(program, args, { encoding: "utf8" }).stdout?.trim() ?? "",
  /** Whether it ends well. */
  succeeds: (program, ...args) => spawnSync(program, args, { stdio: "ignore" }).status === 0,
  /** @throws Sentence where no deployment can be here */
  check() {
    if (process.getuid?.() !== 0)
      throw new Sentence("Run this as root, or with --folder to try it in a folder.");
    if (!existsSync("/run/systemd/system"))
      throw new Sentence("systemd does not run here. With --folder everything runs in a folder, without it.");
  },
  install() {
    const missing = [
      ...(existsSync("/usr/lib/postgresql") ? [] : ["postgresql"]),
      ...(findNginx() ? [] : ["nginx-light"]),
    ];
    if (missing.length > 0 && !aptInstall(missing))
      throw new Sentence(`Install ${missing.join(" and ")} and run this again.`);
  },
});

function makeUser({ answers, run, succeeds, node, clone }) {
  if (answers("id", "-u", "kunji") === "")
    run("useradd", "--system", "--home-dir", "/var/lib/kunji", "--shell", "/usr/sbin/nologin", "kunji");
  const needed = [
    ["-x", node],
    ["-r", join(clone, "packages", "gateway", "bin", "kunji-gateway.js")],
    ["-r", join(clone, "packages", "gateway", "dist", "main.js")],
  ];
  for (const [right, path] of needed)
    if (!succeeds(...asUser("kunji", "test", right, path)))
      throw new Sentence(
        `The user kunji, which the gateways run as, can't read ${path}. Put the clone and Node where every user may read them, such as /opt, and run this again.`,
      );
}

function makeDatabase({ answers, run }) {
  const query = (text) => answers(...asUser("postgres", "psql", "-tAc", text));
  if (query("select 1 from pg_roles where rolname = 'kunji'") !== "1")
    run(...asUser("postgres", "createuser", "kunji"));
  if (query("select 1 from pg_database where datname = 'kunji'") !== "1")
    run(...asUser("postgres", "createdb", "-O", "kunji", "kunji"));
}

function makeKeys({ below, answers }) {
  const keys = join(below, places.keys);
  const id = (kind) => Number(answers("id", kind, "kunji"));
  mkdirSync(dirname(keys), { recursive: true });
  if (!existsSync(keys)) writeFileSync(keys, newKeyLine(), { mode: 0o600, flag: "wx" });
  for (const path of [dirname(keys), keys]) chownSync(path, id("-u"), id("-g"));
  chmodSync(dirname(keys), 0o700);
}

/** Whether one of its files has been written since the gateway was started. */
function isOutdated({ below, answers }, port) {
  const beganUs = Number(
    answers("systemctl", "show", "-P", "ExecMainStartTimestampMonotonic", unitOf(port)) || Number.NaN,
  );
  const beganMs = Date.now() - (Number(process.hrtime.bigint() / 1_000n) - beganUs) / 1_000;
  const files = [places.settings, places.ownSettings, places.unit].map((path) => join(below, path));
  return !files.every((file) => !existsSync(file) || statSync(file).mtimeMs < beganMs);
}

/** @param wish as of `hostFiles` @param machine as `thisMachine` @throws Sentence where no deployment can be here */
export function hostPlace(wish, machine = thisMachine()) {
  machine.check();
  const { below, run, answers } = machine;
  const { ports } = wish;
  const mainPid = (unit) => Number(answers("systemctl", "show", "-P", "MainPID", unit)) || undefined;
  const nginxPid = () => mainPid("nginx");
  const nginxPort = wish.certificate === undefined ? 80 : 443;
  const upstream = join(below, places.upstream);
  const writeFiles = (forNginx) => {
    const chosen = Object.entries(hostFiles(wish, machine)).filter(
      ([path]) => path.startsWith("/etc/nginx/") === forNginx,
    );
    writeHostFiles(below, Object.fromEntries(chosen));
  };
  const place = {
    ports,
    nginx: {
      port: nginxPort,
      address: "0.0.0.0",
      holds: () => machine.holds(nginxPid(), nginxPort),
      otherwise: "",
    },
    holds: (port) => machine.holds(mainPid(unitOf(port)), port),
    writeUpstream: (text) => writeFileSync(upstream, text),
    upstream: () => (existsSync(upstream) ? readFileSync(upstream, "utf8") : ""),
    nginxPid,
    reloadNginx: async () => run("systemctl", "reload", "nginx"),
    startNginx: async () => {
      writeFiles(true);
      run("nginx", "-t", "-q");
      run("systemctl", "reload", "nginx");
    },
    runs: (port) => /^(active|activating|reloading)$/.test(answers("systemctl", "is-active", unitOf(port))),
    seeLog: (port) => `see journalctl -u ${unitOf(port)}`,
    isOutdated: (port) => isOutdated(machine, port),
    stop: async (port) => run("systemctl", "stop", unitOf(port)),
    start: async (port) => run("systemctl", "enable", "--now", unitOf(port)),
    end: async (port) => run("systemctl", "disable", "--now", unitOf(port)),
  };
  return {
    ...place,

    /** Before anything is begun. @throws Sentence */
    check: () => checkPorts(place),

    /** @param before the ports on which gateways may run from before */
    async up(before, say) {
      machine.install();
      makeUser(machine);
      run("systemctl", "enable", "--now", "postgresql", "nginx");
      makeDatabase(machine);
      makeKeys(machine);
      writeFiles(false);
      run("systemctl", "daemon-reload");
      await changeTo(place, before, say);
      say(`nginx leads ${wish.publicUrl} to them.`);
    },

    /** Runs a command of the gateway's with the settings and as the user of the gateways; resolves to its exit code. */
    run: (words) =>
      machine.shows(
        "systemd-run",
        ...["--quiet", "--pipe", "--wait", "--collect", "--uid=kunji", "--gid=kunji"],
        ...[
          `--property=EnvironmentFile=${places.settings}`,
          `--property=EnvironmentFile=-${places.ownSettings}`,
        ],
        ...["--property=WorkingDirectory=/var/lib/kunji", "--property=UMask=0077"],
        `--setenv=KUNJI_PORT=${ports[0]}`,
        ...[
          "--",
          machine.node,
          join(machine.clone, "packages", "gateway", "bin", "kunji-gateway.js"),
          ...words,
        ],
      ),

    /** @param running the ports on which gateways may run */
    async down(running) {
      for (const port of running) await place.end(port);
    },
  };
}
