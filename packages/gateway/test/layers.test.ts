import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { expect, it } from "vitest";

const source = new URL("../src/", import.meta.url);
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"));

/** What each layer may import besides itself. Files outside the layers put the parts together. */
const below: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  ports: ["domain"],
  adapters: ["ports", "domain"],
  flows: ["ports", "domain"],
  http: ["flows", "ports", "domain"],
};

const layerOf = (file: string): string => file.split("/")[0] ?? "";

function wrongImports(file: string, text: string): readonly string[] {
  const allowed = below[layerOf(file)];
  if (!allowed) return [];
  const named = [...text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]*)"/g)].map(([, name]) => name ?? "");
  return named
    .map((name) => posix.join(posix.dirname(file), name))
    .filter((to) => layerOf(to) !== layerOf(file) && !allowed.includes(layerOf(to)))
    .map((to) => `${file} imports ${to}`);
}

it("lets data flow one way: domain ← ports ← adapters and flows ← http", () => {
  expect(wrongImports("ports/a.ts", 'import type { A } from "../domain/a.js";')).toEqual([]);
  expect(wrongImports("ports/a.ts", 'import type { A } from "../adapters/a.js";')).toHaveLength(1);
  expect(wrongImports("flows/a.ts", 'import { a } from "../adapters/a.js";')).toHaveLength(1);
  expect(files.flatMap((file) => wrongImports(file, readFileSync(new URL(file, source), "utf8")))).toEqual(
    [],
  );
});

it("finds files in the layers it holds apart", () => {
  for (const layer of ["domain", "ports", "adapters"])
    expect(existsSync(new URL(layer, source)) && files.some((file) => layerOf(file) === layer)).toBe(true);
});

it("lets ports and flows know nothing of a database", () => {
  const drivers = /from "(?:kysely|pg|better-sqlite3)/;
  expect(drivers.test('import { Pool } from "pg";')).toBe(true);
  const knowing = files.filter((file) => drivers.test(readFileSync(new URL(file, source), "utf8")));
  expect(knowing.every((file) => file.startsWith("adapters/database/"))).toBe(true);
  expect(knowing.length).toBeGreaterThan(0);
});

it("lets calls reach brokers by the injected upstream alone: no fetch is named on their way", () => {
  const fetching = /\bfetch\b/;
  expect(fetching.test("await fetch(url);") && fetching.test('import { fetch } from "undici";')).toBe(true);
  const onTheWay = files.filter((file) => /^(?:http\/proxy|adapters\/upstream|flows\/proxy-)/.test(file));
  for (const start of ["http/proxy/", "adapters/upstream/", "flows/proxy-"])
    expect(onTheWay.some((file) => file.startsWith(start))).toBe(true);
  expect(onTheWay.filter((file) => fetching.test(readFileSync(new URL(file, source), "utf8")))).toEqual([]);
});

it("lets flows and ports ask for the brokers' traits through a port alone, not past it", () => {
  const past = /import (?!type)[^;]*\bbrokers\b[^;]* from "kunji"/;
  expect(past.test('import { brokers, Secret } from "kunji";')).toBe(true);
  const inside = files.filter((file) => /^(?:flows|ports|domain)\//.test(file));
  expect(inside.length).toBeGreaterThan(0);
  expect(inside.filter((file) => past.test(readFileSync(new URL(file, source), "utf8")))).toEqual([]);
});
