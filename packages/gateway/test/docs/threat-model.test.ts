import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const page = new URL("../../../../docs/threat-model.md", import.meta.url);
const invariants = new URL("../invariants/", import.meta.url);
const text = readFileSync(page, "utf8");
const links = [...text.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => target);

describe("docs/threat-model.md", () => {
  it("links files that exist", () => {
    expect(links.length).toBeGreaterThan(40);
    expect(links.filter((target) => !existsSync(new URL(target, page)))).toEqual([]);
  });

  it("links the test of each invariant", () => {
    const tests = readdirSync(invariants).filter((name) => name.endsWith(".test.ts"));
    expect(tests.map((name) => name.slice(0, 1)).sort()).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
    const linked = new Set(links.map((target) => new URL(target, page).href));
    expect(tests.filter((name) => !linked.has(new URL(name, invariants).href))).toEqual([]);
  });

  it("names a test for every threat of its tables", () => {
    const [threats = ""] = text.split("## Not promised");
    const rows = threats.split("\n").filter((line) => /^\| (?!threat|---)/.test(line));
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter((row) => !/\]\(\S+\.test\.ts\)/.test(row))).toEqual([]);
  });
});
