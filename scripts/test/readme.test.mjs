import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brokers } from "kunji";
import { afterAll, expect, it } from "vitest";
import { journey } from "../journey.mjs";
import { reports, root } from "../settings.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");
const readme = read("README.md");
const traits = Object.values(brokers).map((broker) => broker.traits);
const presets = Object.fromEntries(
  traits.map(({ id }) => [
    id,
    { app: { client_id: "ABC" }, users: [{ username: `${id}-1`, password: "pw" }] },
  ]),
);

mkdirSync(reports, { recursive: true });
const folder = mkdtempSync(join(reports, "readme-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the compiler says about a text as a module of ours. */
async function compiled(code) {
  writeFileSync(join(folder, "example.ts"), code);
  const config = {
    extends: join(root, "tsconfig.test.json"),
    compilerOptions: { composite: false },
    include: ["example.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  return await promisify(execFile)(process.execPath, [tsc, "-p", folder]).then(
    () => "",
    (error) => error.stdout,
  );
}

it.each([
  ["gateway", "kunji.readiness(", "kunji.ready("],
  ["SDK", "broker.refresh(", "broker.renew("],
])("shows an example of the %s that compiles", { timeout: 60_000 }, async (_, right, wrong) => {
  const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  const example = examples.find((code) => code.includes(right));
  expect(await compiled(example)).toBe("");
  expect(await compiled(example.replace(right, wrong))).toMatch(/does not exist/);
});

it("names only npm scripts that there are", () => {
  const { scripts } = JSON.parse(read("package.json"));
  const named = [...readme.matchAll(/`npm (?:run )?([a-z]+)/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !(name in scripts) && name !== "ci")).toEqual([]);
});

it("shows every broker's login and first call, as npm start prints them", () => {
  const [origin, gateway] = ["http://127.0.0.1:4701", "http://127.0.0.1:4700"];
  const places = { script: "/data/journey.sh", data: "/data", database: "/data/gateway" };
  const printed = journey({ traits, origin, gateway, key: "k".repeat(32), presets, ...places, time: "1 s" });
  const commands = printed.match(/npx kunji (?:login|call) .*/g);
  expect(commands).toHaveLength(10);
  expect(commands.filter((command) => !readme.includes(command))).toEqual([]);
});

it("prints a user of every broker, and commands for the port that the sandbox has", () => {
  const [origin, gateway] = ["http://127.0.0.1:4999", "http://127.0.0.1:4998"];
  const places = { script: "/data/journey.sh", data: "/data", database: "/data/gateway" };
  const printed = journey({ traits, origin, gateway, key: "k".repeat(32), presets, ...places, time: "1 s" });
  for (const { id } of traits) expect(printed).toMatch(new RegExp(`${id} +${id}-1 +pw`));
  expect(printed).toContain("KUNJI_SANDBOX_PORT=4999 npx kunji login zebu");
  expect(printed).toContain("http://127.0.0.1:4999/_sandbox/ ");
});
