// Several gateways behind nginx, on one PostgreSQL from the machine's packages. Say `node deploy/nginx/deploy.mjs --help`.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { main, root, Sentence, say, settings } from "../../scripts/settings.mjs";
import { folderPlace, takenOf } from "./folder.mjs";
import { hostFiles, hostPlace, writeHostFiles } from "./host.mjs";
import { checkRuns, leftOutOf, restartInTurn } from "./rolling.mjs";

const help = `Usage: node deploy/nginx/deploy.mjs <up|restart|down|run|files> [options]

  up        sets everything up, and starts what does not run; say it again after a change: gateways that are
            left out end, those with other settings are restarted one after the other
  restart   restarts the gateways one after the other, without a failed request: for a new version
  down      stops them; data and keys stay
  run       runs a command of kunji-gateway with the deployment's settings: run doctor, run -- rotate-key --key k2
  files     writes a host's files below --below, and does nothing else

  --public-url <url>     where browsers and brokers reach it
  --gateways <n>         how many (3), on the ports from 4711 on; or --ports 4711,4712,…
  --cert, --cert-key     PEM files of the certificate; without them nginx speaks plain http on port 80, for a
                         balancer before it that speaks https
  --folder <path>        everything in one folder, without systemd and root: to try it; up takes the shell's KUNJI_… settings,
                         and what comes after it goes by those
  --port <n>             with --folder: nginx's port (8700)
`;

const options = {
  help: { type: "boolean", short: "h", default: false },
  "public-url": { type: "string" },
  gateways: { type: "string", default: "3" },
  ports: { type: "string" },
  cert: { type: "string" },
  "cert-key": { type: "string" },
  folder: { type: "string" },
  port: { type: "string", default: "8700" },
  below: { type: "string" },
};

function given() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch {
    throw new Sentence(help);
  }
}

const portOf = (text) => {
  if (/^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536) return Number(text);
  throw new Sentence("A port is a number from 1 to 65535.");
};

function portsOf(values) {
  if (values.ports !== undefined) return values.ports.split(",").map(portOf);
  if (/^[1-9]\d?$/.test(values.gateways))
    return Array.from({ length: Number(values.gateways) }, (_, i) => 4711 + i);
  throw new Sentence("--gateways is a number from 1 to 99.");
}

/** Whatever is put into a file must be one word. */
function wordOf(text, name) {
  if (text === undefined || /^[\w./:@[\]-]+$/.test(text)) return text;
  throw new Sentence(`--${name} must have no blanks and no special characters.`);
}

function wishOf(values) {
  const port = portOf(values.port);
  const publicUrl =
    wordOf(values["public-url"], "public-url") ?? (values.folder && `http://127.0.0.1:${port}`);
  if (!URL.canParse(publicUrl ?? ""))
    throw new Sentence("Name the address that browsers open: --public-url https://…");
  const [certificate, certificateKey] = [wordOf(values.cert, "cert"), wordOf(values["cert-key"], "cert-key")];
  if ((certificate === undefined) !== (certificateKey === undefined))
    throw new Sentence("--cert and --cert-key go together.");
  const ports = portsOf(values);
  if (new Set([...ports, ...(values.folder ? [port] : [])]).size < ports.length + (values.folder ? 1 : 0))
    throw new Sentence("Each gateway needs a port of its own, and nginx another one.");
  const taken = values.folder && { settings: takenOf(settings.ofGateways()) };
  return { publicUrl: new URL(publicUrl).origin, port, ports, certificate, certificateKey, ...taken };
}

/** What the last `up` was told and has taken from its shell, and on which ports gateways may run; `undefined` where nothing is set up. */
const known = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined);

function remember(file, wish, running) {
  mkdirSync(resolve(file, ".."), { recursive: true });
  // The settings may hold an API key: it is for its owner alone, from its first byte on.
  writeFileSync(`${file}.new`, `${JSON.stringify({ ...wish, running })}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The names of the settings that are not the same in both. */
const differing = (one = {}, other = {}) =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((name) => one[name] !== other[name])
    .sort();

/** Says what a stop by Ctrl+C or a signal leaves behind, and what mends it. */
function tellWhenStopped(place) {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])
    process.once(signal, () => {
      const ports = leftOutOf(place.upstream());
      const left =
        ports.length > 0 ? `, and nginx leaves out the gateway on port ${ports.join(" and ")}` : "";
      process.stderr.write(`\nStopped before its end${left}: the same command again mends it.\n`);
      process.exit(code);
    });
}

async function up(file, placeOf, wish) {
  const before = known(file);
  const running = before?.running ?? [];
  const place = placeOf(wish);
  tellWhenStopped(place);
  await place.check();
  const changed = before?.settings ? differing(before.settings, wish.settings) : [];
  if (changed.length > 0) say(`As this shell says, and not as before: ${changed.join(", ")}.`);
  // Until it has gone well, `restart` knows what was before; `down` knows everything that may have been started.
  remember(file, before ?? wish, [...new Set([...running, ...wish.ports])]);
  await place.up(running, say);
  remember(file, wish, wish.ports);
}

async function restart(place, wish) {
  checkRuns(place);
  const others = wish.settings ? differing(wish.settings, takenOf(settings.ofGateways())) : [];
  if (others.length > 0)
    say(
      `This shell says otherwise of ${others.join(", ")}: it stays as \`up\` has taken it, until \`up\` is said here.`,
    );
  await restartInTurn(place, say);
}

await main(async () => {
  const { values, positionals } = given();
  const [word = ""] = positionals;
  if (values.help) return say(help);
  const [, ...more] = positionals;
  if ((word === "run") !== more.length > 0 || !["up", "restart", "down", "run", "files"].includes(word))
    throw new Sentence(help);
  if (word === "files") {
    if (values.below === undefined)
      throw new Sentence("Name the folder that the files go below: --below <path>");
    return writeHostFiles(resolve(values.below), hostFiles(wishOf(values)));
  }
  if (!existsSync(join(root, "packages", "gateway", "dist", "main.js")))
    throw new Sentence("The gateway is not built yet: npm ci && npm run build");
  const folder = values.folder === undefined ? undefined : resolve(wordOf(values.folder, "folder"));
  const file = folder === undefined ? "/etc/kunji/deployment.json" : join(folder, "deployment.json");
  const placeOf = (wish) => (folder === undefined ? hostPlace(wish) : folderPlace(folder, wish));
  if (word === "up") return up(file, placeOf, wishOf(values));
  const wish = known(file);
  if (wish === undefined) throw new Sentence("There is nothing set up: say `up` first.");
  const place = placeOf(wish);
  if (word === "run") {
    process.exitCode = place.run(more);
    return;
  }
  tellWhenStopped(place);
  if (word === "restart") return restart(place, wish);
  await place.down(wish.running);
  remember(file, wish, []);
});
