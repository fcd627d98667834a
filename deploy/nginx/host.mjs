// A deployment on a host of its own: Debian or Ubuntu with systemd, as root.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root, Sentence } from "../../scripts/settings.mjs";
import { newKeyLine } from "./folder.mjs";
import { aptInstall, findNginx } from "./machine.mjs";
import { here, siteConf, upstreamConf } from "./nginx-conf.mjs";
import { waitUntilReady } from "./rolling.mjs";

const places = {
  settings: "/etc/kunji/gateway.env",
  unit: "/etc/systemd/system/kunji-gateway@.service",
  site: "/etc/nginx/conf.d/kunji.conf",
  upstream: "/etc/nginx/kunji/upstream.conf",
  keys: "/var/lib/kunji/keys",
};
const databaseUrl = "postgres://kunji@localhost/kunji?host=%2Fvar%2Frun%2Fpostgresql";

/** The files of a host, by their paths. @param wish { publicUrl, ports, certificate, certificateKey } */
export function hostFiles({ publicUrl, ports, certificate, certificateKey }) {
  const { hostname } = new URL(publicUrl);
  const unit = readFileSync(new URL("kunji-gateway@.service", import.meta.url), "utf8")
    .replaceAll("@NODE@", process.execPath)
    .replaceAll("@FOLDER@", root);
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

/** Writes the files below a folder; `/` for the host itself. */
export function writeHostFiles(below, files) {
  for (const [path, text] of Object.entries(files)) {
    const file = join(below, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

const run = (program, ...args) => execFileSync(program, args, { stdio: ["ignore", "ignore", "inherit"] });
const asPostgres = (program, ...args) => ["runuser", "-u", "postgres", "--", program, ...args];
const answers = ([program, ...args]) => spawnSync(program, args, { encoding: "utf8" }).stdout?.trim() ?? "";
const unitOf = (port) => `kunji-gateway@${port}`;

function makeDatabase() {
  const query = (text) => answers(asPostgres("psql", "-tAc", text));
  if (query("select 1 from pg_roles where rolname = 'kunji'") !== "1")
    run(...asPostgres("createuser", "kunji"));
  if (query("select 1 from pg_database where datname = 'kunji'") !== "1")
    run(...asPostgres("createdb", "-O", "kunji", "kunji"));
}

function makeKeys() {
  const id = (kind) => Number(answers(["id", kind, "kunji"]));
  mkdirSync(dirname(places.keys), { recursive: true });
  if (!existsSync(places.keys)) writeFileSync(places.keys, newKeyLine(), { mode: 0o600, flag: "wx" });
  for (const path of [dirname(places.keys), places.keys]) chownSync(path, id("-u"), id("-g"));
  chmodSync(dirname(places.keys), 0o700);
}

/** @param wish as of `hostFiles` */
export function hostPlace(wish) {
  if (process.getuid?.() !== 0)
    throw new Sentence("Run this as root, or with --folder to try it in a folder.");
  if (!existsSync("/run/systemd/system"))
    throw new Sentence("systemd does not run here. With --folder everything runs in a folder, without it.");
  const { ports } = wish;
  return {
    ports,
    writeUpstream: (text) => writeFileSync(places.upstream, text),
    nginxPid: () => Number(readFileSync("/run/nginx.pid", "utf8")),
    reloadNginx: async () => run("systemctl", "reload", "nginx"),
    stop: async (port) => run("systemctl", "stop", unitOf(port)),
    start: async (port) => run("systemctl", "start", unitOf(port)),

    async up(say) {
      const missing = [
        ...(existsSync("/usr/lib/postgresql") ? [] : ["postgresql"]),
        ...(findNginx() ? [] : ["nginx-light"]),
      ];
      if (missing.length > 0 && !aptInstall(missing))
        throw new Sentence(`Install ${missing.join(" and ")} and run this again.`);
      run("systemctl", "enable", "--now", "postgresql", "nginx");
      if (answers(["id", "-u", "kunji"]) === "")
        run("useradd", "--system", "--home-dir", "/var/lib/kunji", "--shell", "/usr/sbin/nologin", "kunji");
      makeDatabase();
      makeKeys();
      writeHostFiles("/", hostFiles(wish));
      run("systemctl", "daemon-reload");
      for (const port of ports) {
        run("systemctl", "enable", "--now", unitOf(port));
        await waitUntilReady(port);
        say(`${unitOf(port)} runs.`);
      }
      run("nginx", "-t", "-q");
      run("systemctl", "reload", "nginx");
      say(`nginx leads ${wish.publicUrl} to them.`);
    },

    async down() {
      for (const port of ports) run("systemctl", "disable", "--now", unitOf(port));
    },
  };
}
