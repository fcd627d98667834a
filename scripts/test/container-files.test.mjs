import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { composeFiles } from "../../deploy/nginx/compose-conf.mjs";
import { ownConf, siteConf, upstreamConf } from "../../deploy/nginx/nginx-conf.mjs";
import { settingsHelp } from "../../packages/gateway/src/settings.js";
import { ensureNginx } from "../deployment-programs.mjs";
import { root } from "../settings.mjs";

const text = (name) => readFileSync(join(root, "deploy", name), "utf8");
const dockerfile = text("Dockerfile");
const compose = parse(text("compose.yaml"), { merge: true });
const known = new Set([...settingsHelp.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name));
const gateways = Object.entries(compose.services).filter(([name]) => name.startsWith("gateway-"));

describe("the Dockerfile", () => {
  it("copies what there is, and what its first stage makes", () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names]) =>
      names.split(" "),
    );
    expect(copied.length).toBeGreaterThan(4);
    expect(copied.filter((name) => !existsSync(join(root, name)))).toEqual([]);
    const made = [...dockerfile.matchAll(/^COPY --from=build \/kunji\/(\S+) /gm)].map(([, name]) => name);
    expect(made.length).toBeGreaterThan(5);
    const notMade = made.filter((name) => !/\/dist$|^node_modules$/.test(name));
    expect(notMade.filter((name) => !existsSync(join(root, name)))).toEqual([]);
    const ignored = text("Dockerfile.dockerignore").split("\n");
    for (const name of copied) expect(ignored).toContain(`!${name}`);
  });

  it("takes every package that the gateway needs at run time", () => {
    const read = (name) => JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
    const own = Object.keys(read("gateway").dependencies).filter((name) => /^@?kunji/.test(name));
    expect(own).toEqual([read("sdk").name]);
    expect(dockerfile).toContain("packages/sdk/dist");
  });

  it("installs as a clone does, without install scripts, and leaves out no native part of what it takes along", () => {
    const copied = dockerfile.indexOf(" .npmrc ");
    expect(copied).toBeGreaterThan(0);
    const installs = [...dockerfile.matchAll(/npm ci ([^\\\n]*)/g)];
    expect(copied).toBeLessThan(installs[0].index);
    const [, last] = installs.at(-1);
    expect(last).toContain("--workspace @kunji/gateway --omit=dev");
    expect(last).not.toContain("--omit=optional");
  });

  it("runs the Node that the gateway is built for, as somebody other than root, in both stages the same", () => {
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(images).toEqual(["node:24-slim", "node:24-slim"]);
    const user = dockerfile.indexOf("\nUSER node\n");
    expect(user).toBeGreaterThan(dockerfile.lastIndexOf("\nRUN "));
    expect(dockerfile.indexOf("\nCMD ")).toBeGreaterThan(user);
  });

  it("has settings that there are, and a health check that Node itself makes", () => {
    const named = [...dockerfile.matchAll(/\b(KUNJI_[A-Z_]+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    const [, program] = /^ {2}CMD \["node", "-e", "(.*)"\]$/m.exec(dockerfile);
    expect(() => new Function(program)).not.toThrow();
    expect(program).toContain("/ready");
  });
});

describe("kunji-gateway in the image", () => {
  const program = join(root, "deploy", "container", "kunji-gateway");
  /** Runs it with a `node` that tells what it was given. */
  function told(env, ...args) {
    const folder = mkdtempSync(join(tmpdir(), "kunji-image-"));
    try {
      const asked = '#!/bin/sh\necho "$DATABASE_URL [$PGPASSWORD] $*"\n';
      writeFileSync(join(folder, "node"), asked, { mode: 0o755 });
      writeFileSync(join(folder, "password"), "of the database\n");
      const path = `${folder}:/usr/bin:/bin`;
      const { status, stdout } = spawnSync(program, args, {
        encoding: "utf8",
        env: { PATH: path, DATABASE_URL: "postgres://database/kunji", ...env(folder) },
      });
      return [status, stdout];
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const bin = "packages/gateway/bin/kunji-gateway.js";

  it("takes the password out of its file, for the gateway and for a command alike", () => {
    const withFile = (folder) => ({ PGPASSWORD_FILE: join(folder, "password") });
    const own = `postgres://database/kunji [of the database] /kunji/${bin}`;
    expect(told(withFile)).toEqual([0, `${own}\n`]);
    expect(told(withFile, "rotate-key", "--key", "k2")).toEqual([0, `${own} rotate-key --key k2\n`]);
    expect(told(() => ({}), "doctor")).toEqual([0, `postgres://database/kunji [] /kunji/${bin} doctor\n`]);
  });

  it("runs nothing where that file is not there, and names a program that there is", () => {
    const [status, stdout] = told((folder) => ({ PGPASSWORD_FILE: join(folder, "none") }), "rotate-key");
    expect([status === 0, stdout]).toEqual([false, ""]);
    expect(existsSync(join(root, bin))).toBe(true);
    expect(statSync(program).mode & 0o111).toBe(0o111);
    expect(dockerfile).toContain("\nCOPY deploy/container/kunji-gateway /usr/local/bin/\n");
  });
});

describe("the compose file", () => {
  it("has a database, two gateways and nginx, with settings that there are", () => {
    expect(Object.keys(compose.services)).toEqual(["database", "gateway-1", "gateway-2", "nginx"]);
    expect(compose.services.database.image).toBe("postgres:18");
    for (const [, { environment }] of gateways) {
      const named = Object.keys(environment);
      expect(named.filter((name) => !known.has(name))).toEqual(["PGPASSWORD_FILE"]);
    }
  });

  it("gives a command that is run in a gateway's container the database that the gateway has", () => {
    // What PID 1 is told besides, `docker compose exec` is not.
    expect(dockerfile).toMatch(/^CMD \["kunji-gateway"\]$/m);
    expect(dockerfile).not.toMatch(/^ENTRYPOINT/m);
    for (const [, service] of gateways) {
      expect([service.command, service.entrypoint]).toEqual([undefined, undefined]);
      const { DATABASE_URL, PGPASSWORD_FILE } = service.environment;
      const { hostname, username, password, pathname } = new URL(DATABASE_URL);
      const { POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD_FILE } = compose.services.database.environment;
      expect([hostname, username, password, pathname]).toEqual([
        "database",
        POSTGRES_USER,
        "",
        `/${POSTGRES_DB}`,
      ]);
      expect(PGPASSWORD_FILE).toBe(POSTGRES_PASSWORD_FILE);
      expect(service.secrets.map((name) => `/run/secrets/${name}`)).toContain(PGPASSWORD_FILE);
    }
  });

  it("names secrets, volumes, networks and files that there are", () => {
    const uses = (key) => Object.values(compose.services).flatMap((service) => service[key] ?? []);
    expect(new Set(uses("secrets"))).toEqual(new Set(Object.keys(compose.secrets)));
    const sources = uses("volumes").map((volume) => volume.split(":")[0]);
    expect(new Set(sources.filter((source) => !source.startsWith("./")))).toEqual(
      new Set(Object.keys(compose.volumes)),
    );
    for (const source of sources.filter((name) => name.startsWith("./")))
      expect([source, existsSync(join(root, "deploy", source))]).toEqual([source, true]);
    for (const [, { build, environment }] of gateways) {
      expect(existsSync(join(root, "deploy", build.context, build.dockerfile))).toBe(true);
      expect(environment.KUNJI_TRUSTED_PROXIES).toBe(compose.networks.default.ipam.config[0].subnet);
    }
    for (const { file } of Object.values(compose.secrets)) expect(file.startsWith("./secrets/")).toBe(true);
    expect(text(".gitignore").split("\n")).toContain("secrets/");
  });

  it("lets nginx have what the other deployment has, which it takes", () => {
    for (const [name, made] of Object.entries(composeFiles))
      expect([name, text(`compose/${name}`)]).toEqual([name, made]);
    expect(composeFiles["upstream.conf"].match(/server gateway-\d:4700/g)).toHaveLength(gateways.length);
    const folder = mkdtempSync(join(tmpdir(), "kunji-nginx-"));
    try {
      execFileSync(
        "openssl",
        [
          "req",
          "-x509",
          "-newkey",
          "rsa:2048",
          "-nodes",
          "-days",
          "2",
          "-subj",
          "/CN=kunji.example",
          "-keyout",
          "key",
          "-out",
          "cert",
        ],
        { cwd: folder, stdio: "pipe" },
      );
      execFileSync("mkdir", ["-p", "run", "log", "nginx"], { cwd: folder });
      const at = (name) => join(folder, name);
      const logs = {
        log: at("log/access.log"),
        errorLog: at("log/error.log"),
        upstream: at("upstream.conf"),
      };
      const tls = { certificate: at("cert"), certificateKey: at("key") };
      const judged = (site) => {
        writeFileSync(at("site.conf"), site);
        execFileSync(ensureNginx(), ["-t", "-q", "-c", at("nginx.conf"), "-e", at("log/nginx.log")], {
          stdio: "pipe",
        });
      };
      writeFileSync(at("nginx.conf"), ownConf(folder, at("site.conf")));
      writeFileSync(at("upstream.conf"), upstreamConf(["127.0.0.1:4711"]));
      for (const listen of ["127.0.0.1:4799 ssl http2", "127.0.0.1:4799 ssl"])
        judged(siteConf({ listen, serverName: "kunji.example", ...logs, ...tls }));
      expect(() =>
        judged(siteConf({ listen: "127.0.0.1:4799 ssl", serverName: "a b;c", ...logs, ...tls })),
      ).toThrow();
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);
});
