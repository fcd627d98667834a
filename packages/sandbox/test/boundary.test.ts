import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const source = new URL("../src/", import.meta.url);
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);
const text = (file: string): string => readFileSync(new URL(file, source), "utf8");
const foreign = (code: string): string[] =>
  [...code.matchAll(/\b(?:from|import)\s*\(?\s*"([^".][^"]*)"/g)].map(([, name]) => name!);

it("imports nothing of the SDK but the shapes", () => {
  expect(foreign('import { zebu } from "kunji";')).toEqual(["kunji"]);
  const named = files.flatMap((file) => foreign(text(file)).filter((name) => /^@?kunji/.test(name)));
  expect(new Set(named)).toEqual(new Set(["kunji/wire"]));
});

it("reads the environment in settings.ts alone", () => {
  expect(files.filter((file) => text(file).includes("process.env"))).toEqual(["settings.ts"]);
});

it("names no broker in a condition outside brokers/", () => {
  const condition = /(?:===|!==|case)\s*"(?:ventura|autoshares|nuvama|zebu|rmoney)"/;
  expect(condition.test('if (id === "zebu")')).toBe(true);
  expect(files.filter((file) => !file.startsWith("brokers") && condition.test(text(file)))).toEqual([]);
});
