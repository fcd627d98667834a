import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as rules from "./house-rules.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));

function listed(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return names
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((path) => !/\/(?:node_modules|dist)\//.test(path));
}

const all = ["packages", "vectors", "docs"].flatMap(listed);
const files = all
  .filter((path) => /^packages\/[^/]+\/src\/.*\.ts$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

/** One bad file: where it lies and what it says. Beside it, what would have been fine there. */
const cases: [string, (f: readonly rules.SourceFile[]) => string[], string, string, string][] = [
  [
    "names a broker in a condition only under brokers/",
    rules.conditionsOnBrokers,
    "packages/cli/src/login.ts",
    'if (id === "zebu") refresh();',
    'const first = ["zebu", "nuvama"]; // id === "zebu"',
  ],
  [
    "keeps every source file to 300 lines",
    rules.tooLong,
    "packages/cli/src/long.ts",
    "x;\n".repeat(301),
    "x;\n".repeat(300),
  ],
  [
    "lets the SDK import nothing but its own files",
    rules.sdkReachesOut,
    "packages/sdk/src/a.ts",
    'import { createHash } from "node:crypto";',
    'import { hash } from "./hash.js"; // from "node:crypto"\nconst label = "comes from", kind = "text";',
  ],
  [
    "lets the SDK's entry of shapes import nothing but shapes",
    rules.wireReachesOut,
    "packages/sdk/src/wire.ts",
    'export * as zebu from "./brokers/zebu.wire.js";\nimport "./checksum.js";',
    'export * as zebu from "./brokers/zebu.wire.js";\nexport type { Shape } from "./shape.js";',
  ],
  [
    "lets a broker's shapes import nothing but shapes",
    rules.wireReachesOut,
    "packages/sdk/src/brokers/zebu.wire.ts",
    'import { sha256Hex } from "../checksum.js";',
    'import type { Shape } from "../shape.js";',
  ],
  [
    "lets the sandbox import the SDK's shapes and nothing else of it",
    rules.sandboxImportsTheClient,
    "packages/sandbox/src/a.ts",
    'import { zebu } from "kunji";',
    'import { zebu } from "kunji/wire";',
  ],
  [
    "lets no source import the sandbox",
    rules.importsTheSandbox,
    "packages/cli/src/a.ts",
    'const { createSandbox } = await import("@kunji/sandbox");',
    'const command = "@kunji/sandbox";',
  ],
  [
    "reads the environment in settings.ts alone",
    rules.readsTheEnvironment,
    "packages/cli/src/a.ts",
    "const port = process.env.PORT;",
    "const environment = settings.port;",
  ],
  [
    "writes nothing to the console",
    rules.usesTheConsole,
    "packages/cli/src/a.ts",
    'console.error("x");',
    'stderr.write("console");',
  ],
];

describe("the house", () => {
  it.each(cases)("%s", (_title, rule, path, bad, good) => {
    expect(rule([{ path, text: bad }])).toHaveLength(1);
    expect(rule([{ path, text: good }])).toEqual([]);
    expect(files.length).toBeGreaterThan(50);
    expect(rule(files)).toEqual([]);
  });

  it("gives every broker its client, wire, sandbox, vectors, page and tests", () => {
    expect(rules.lacking(all.filter((path) => path !== "vectors/zebu.json"))).toContain("zebu: vectors");
    expect(rules.lacking([])).toHaveLength(35);
    expect(rules.lacking(all)).toEqual([]);
  });

  it("sees through the ways of writing a condition on a broker", () => {
    const ways = [
      '"zebu" !== id',
      "switch (id) { case 'nuvama': }",
      'ids.includes("rmoney")',
      '"ventura" in x',
    ];
    const path = "packages/sandbox/src/a.ts";
    for (const text of ways) expect(rules.conditionsOnBrokers([{ path, text }]), text).toHaveLength(1);
    const within = { path: "packages/sandbox/src/brokers/a.ts", text: 'id === "zebu"' };
    expect(rules.conditionsOnBrokers([within])).toEqual([]);
  });
});

const run = promisify(execFile);
const windows = process.platform === "win32";
const npm = (args: string[], cwd: string) => run("npm", args, { cwd, shell: windows, timeout: 120_000 });

/** Every Node on the PATH that the SDK promises to run on, oldest first, and this one. */
async function nodes(): Promise<string[]> {
  const name = windows ? "node.exe" : "node";
  const found = new Map([[Number(process.versions.node.split(".")[0]), process.execPath]]);
  for (const folder of (process.env.PATH ?? "").split(delimiter).filter(Boolean)) {
    const version = await run(join(folder, name), ["--version"]).catch(() => undefined);
    const major = Number(version?.stdout.match(/^v(\d+)/)?.[1] ?? 0);
    if (major >= 20 && !found.has(major)) found.set(major, join(folder, name));
  }
  return [...found].sort(([a], [b]) => a - b).map(([, path]) => path);
}

describe("the packed SDK", () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "kunji-packed-"));
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    await run(process.execPath, [tsc, "-b", join(root, "packages", "sdk")]);
    await npm(["pack", "--silent", "--pack-destination", folder], join(root, "packages", "sdk"));
    const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
    writeFileSync(join(folder, "package.json"), '{"private":true,"type":"module"}');
    await npm(["install", "--offline", "--no-audit", "--no-fund", `./${tarball}`], folder);
  }, 180_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("installs offline as one package, without tests", () => {
    const installed = readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith("."));
    expect(installed).toEqual(["kunji"]);
    const inside = readdirSync(join(folder, "node_modules", "kunji"));
    expect(inside).toContain("dist");
    expect(inside).not.toContain("test");
  });

  it("loads, begins a login and calls a gateway on every Node that is here", async () => {
    const program = join(folder, "program.js");
    writeFileSync(
      program,
      `import { zebu } from "kunji";
       import { zebu as wire } from "kunji/wire";
       import { gateway } from "kunji/gateway";
       const broker = zebu({ clientId: "ABC", secret: "123", redirectUri: "https://app.example/callback" });
       const { url } = await broker.begin();
       const answer = async (asked) => Response.json({ id: asked });
       const { apps } = gateway({ url: "https://kunji.example", key: "k", fetch: answer });
       if ((await apps.get("a b")).id !== "https://kunji.example/v1/apps/a%20b") throw new Error("gateway");
       process.stdout.write(new URL(url).pathname === wire.paths.login ? "begun" : url);`,
    );
    for (const node of await nodes()) expect((await run(node, [program])).stdout, node).toBe("begun");
  });
});
