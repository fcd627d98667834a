import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hostFiles, hostPlace, writeHostFiles } from "../../deploy/nginx/host.mjs";
import { findRuntime } from "../runtime.mjs";
import { root } from "../settings.mjs";
import { freePorts, run } from "./support/deployment.mjs";

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kunji-host-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (path) => readFileSync(join(folder, path), "utf8");
const unitFile = "etc/systemd/system/kunji-gateway@.service";
const verify = () =>
  existsSync("/usr/bin/systemd-analyze") &&
  execFileSync("/usr/bin/systemd-analyze", ["verify", join(folder, unitFile)], { stdio: "pipe" });

describe("the files for a host", () => {
  it("are such as nginx and systemd take, with a certificate and without one", async () => {
    const files = (...more) =>
      run(
        [
          "deploy/nginx/deploy.mjs",
          "files",
          "--below",
          folder,
          "--public-url",
          "https://kunji.example",
          ...more,
        ],
        {},
      );
    expect(await files("--cert", "/tls/cert.pem")).toMatchObject({
      status: 1,
      text: expect.stringContaining("together"),
    });
    expect(await files("--cert", "/tls/cert.pem", "--cert-key", "/tls/key.pem")).toMatchObject({ status: 0 });
    const site = () => read("etc/nginx/conf.d/kunji.conf");
    expect(site()).toMatch(
      /listen 443 ssl http2;\n {2}server_name kunji\.example;\n {2}ssl_certificate \/tls\/cert\.pem;/,
    );
    expect((await files("--gateways", "2")).status).toBe(0);
    expect(site()).toContain("listen 80;");
    expect(read("etc/kunji/gateway.env")).toContain("KUNJI_PUBLIC_URL=https://kunji.example\n");
    const upstream = read("etc/nginx/kunji/upstream.conf");
    expect(upstream.match(/server 127\.0\.0\.1:\d+/g)).toEqual([
      "server 127.0.0.1:4711",
      "server 127.0.0.1:4712",
    ]);
    const text = read(unitFile);
    const [, node, program] = /ExecStart="(.+)" "(.+)"\n/.exec(text);
    expect([existsSync(node), existsSync(program), text.includes("@NODE@")]).toEqual([true, true, false]);
    verify();
  });

  it("name the Node that the dependencies bring, whichever writes them", () => {
    const other = join(folder, "other-node");
    copyFileSync(process.execPath, other);
    const url = ["--public-url", "https://kunji.example"];
    execFileSync(other, ["deploy/nginx/deploy.mjs", "files", "--below", folder, ...url], { cwd: root });
    expect(read(unitFile)).toContain(`ExecStart="${findRuntime()}" `);
  });

  it("name a clone and a Node whose folders have a blank", () => {
    const clone = join(folder, "100% of $HOME");
    mkdirSync(clone);
    const node = join(clone, "node");
    symlinkSync(process.execPath, node);
    writeHostFiles(folder, hostFiles({ publicUrl: "https://kunji.example", ports: [4711] }, { node, clone }));
    const escaped = `${folder}/100%% of`;
    expect(read(unitFile)).toContain(
      `ExecStart="${escaped} $HOME/node" "${escaped} $$HOME/packages/gateway/bin/kunji-gateway.js"\n`,
    );
    verify();
  });
});

/** A host with a systemd that is told here, and whose gateways answer by themselves. */
async function newHost() {
  const began = new Map();
  const units = new Map();
  const told = [];
  const shown = [];
  const portOf = (unit) => Number(unit.split("@")[1]);
  const nowUs = () => Number(process.hrtime.bigint() / 1_000n);
  const stop = (port) => {
    units.get(port)?.close();
    units.delete(port);
  };
  const start = (port) => {
    if (units.has(port)) return;
    units.set(port, createServer((_, answer) => answer.end("{}")).listen(port, "127.0.0.1"));
    began.set(port, nowUs());
  };
  const machine = {
    below: folder,
    node: process.execPath,
    clone: folder,
    readable: true,
    starts: true,
    /** How often a unit that is none is said to be active. */
    seemsActive: 0,
    check() {},
    install() {},
    succeeds: () => machine.readable,
    // nginx has its port.
    holds: (pid, port) => port < 1_024 || (pid === process.pid && units.has(port)),
    shows: (...words) => {
      shown.push(words.join(" "));
      return 3;
    },
    run(program, ...args) {
      const words = args.filter((word) => word !== "--now");
      if (program !== "systemctl" || !words[1]?.includes("@")) return;
      told.push(`${words[0]} ${words[1].split("@")[1]}`);
      const port = portOf(words[1]);
      if (words[0] === "enable" && machine.starts) start(port);
      else stop(port);
    },
    answers(program, ...args) {
      if (program === "id") return String(process.getuid());
      if (args[0] === "is-active") {
        const seems = machine.seemsActive-- > 0;
        return seems || units.has(portOf(args[1])) ? "active" : "inactive";
      }
      if (args[2] === "MainPID") {
        return args[3].includes("@") && units.has(portOf(args[3])) ? String(process.pid) : "0";
      }
      if (args[0] === "show") return String(began.get(portOf(args.at(-1))) ?? 0);
      return "1";
    },
  };
  return { machine, told, shown, close: () => [...units.keys()].forEach(stop) };
}

describe("a deployment on a host", () => {
  const wishOf = (ports, publicUrl = "https://kunji.example") => ({ ports, publicUrl });
  const upstream = () => read("etc/nginx/kunji/upstream.conf").match(/127\.0\.0\.1:\d+.*/g);

  it("ends the gateways that are left out, and restarts the others in turn where a setting has changed", async () => {
    const [first, second, third] = await freePorts(3);
    const { machine, told, close } = await newHost();
    const up = async (wish, before) => {
      // A file's time is that of the kernel's last tick, which may lie before the start that went before.
      await wait(20);
      told.length = 0;
      await hostPlace(wish, machine).up(before, () => undefined);
      return [...told];
    };
    try {
      expect(await up(wishOf([first, second]), [])).toEqual([`enable ${first}`, `enable ${second}`]);
      expect(await up(wishOf([first, second]), [first, second])).toEqual([]);
      expect(await up(wishOf([second, third]), [first, second])).toEqual([
        `enable ${third}`,
        `disable ${first}`,
      ]);
      expect(upstream().map((line) => Number(/:(\d+)/.exec(line)[1]))).toEqual([second, third]);
      const all = [second, third].flatMap((port) => [`stop ${port}`, `enable ${port}`]);
      const other = wishOf([second, third], "https://other.example");
      expect(await up(other, [second, third])).toEqual(all);
      expect(upstream().filter((line) => line.includes("down"))).toEqual([]);
      expect(await up(other, [second, third])).toEqual([]);
      await wait(20);
      writeFileSync(join(folder, "etc/kunji/own.env"), "KUNJI_LOG_LEVEL=warn\n");
      expect(await up(other, [second, third])).toEqual(all);
    } finally {
      close();
    }
  }, 60_000);

  it("says that its user can't read the clone before anything is started", async () => {
    const [port] = await freePorts(1);
    const { machine, told, close } = await newHost();
    const up = () => hostPlace(wishOf([port]), machine).up([], () => undefined);
    try {
      machine.readable = false;
      await expect(up()).rejects.toThrow(/The user kunji.*can't read .*Put the clone and Node/);
      expect(told).toEqual([]);
      machine.readable = true;
      await up();
      expect(told).toEqual([`enable ${port}`]);
    } finally {
      close();
    }
  });

  it("runs a command of the gateway's as its user, with its settings", async () => {
    const { machine, shown } = await newHost();
    expect(hostPlace(wishOf([4711, 4712]), machine).run(["rotate-key", "--key", "k2"])).toBe(3);
    expect(shown).toHaveLength(1);
    for (const word of ["--uid=kunji", "EnvironmentFile=/etc/kunji/gateway.env", "KUNJI_PORT=4711"])
      expect(shown[0]).toContain(word);
    expect(shown[0]).toMatch(/\/kunji-gateway\.js rotate-key --key k2$/);
  });

  it("takes for its own no gateway that somebody else runs on the port", async () => {
    const [port] = await freePorts(1);
    const { machine, close } = await newHost();
    const other = createServer((_, answer) => answer.end("{}")).listen(port, "127.0.0.1");
    await new Promise((done) => other.once("listening", done));
    const place = hostPlace(wishOf([port]), machine);
    try {
      await expect(place.check()).rejects.toThrow(`Port ${port} is in use`);
      // Whoever came in between: the unit ends a little after its start, since the port is taken.
      Object.assign(machine, { starts: false, seemsActive: 4 });
      const said = [];
      await expect(place.up([], (sentence) => said.push(sentence))).rejects.toThrow(
        /has ended at its start: see journalctl -u kunji-gateway@\d+\./,
      );
      expect(said).toEqual([]);
      machine.starts = true;
      await new Promise((done) => other.close(done));
      await place.check();
      await place.up([], () => undefined);
    } finally {
      other.close();
      close();
    }
  }, 30_000);

  it("remembers nothing where it can't be", async () => {
    const file = "/etc/kunji/deployment.json";
    if (existsSync(file) || existsSync("/run/systemd/system")) return;
    const tried = await run(["deploy/nginx/deploy.mjs", "up", "--public-url", "https://kunji.example"], {});
    expect(tried.status).toBe(1);
    expect(existsSync(file) || existsSync(dirname(file))).toBe(false);
  });
});
