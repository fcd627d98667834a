import { existsSync, readdirSync, readFileSync } from "node:fs";
import { eventTypes } from "kunji/gateway";
import { describe, expect, it } from "vitest";
import { deliveryLife, nextTry } from "../../src/domain/retry-schedule.js";
import { settingsHelp } from "../../src/settings.js";

const docs = new URL("../../../../docs/", import.meta.url);
const source = new URL("../../src/", import.meta.url);
const page = (name: string): string => readFileSync(new URL(name, docs), "utf8");
const gateway = page("gateway.md");
const webhooks = page("webhooks.md");

/** The first cells of the table rows whose first cell looks like this. */
const firstCells = (text: string, form: RegExp) =>
  [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell]) => cell ?? "").filter((cell) => form.test(cell));

/** Every call of the API with what a key needs for it, as the routes declare it. */
function declaredCalls(): string[] {
  const folder = new URL("http/api/", source);
  const found = readdirSync(folder).flatMap((file) => {
    const text = readFileSync(new URL(file, folder), "utf8");
    const routes =
      /server\.(get|post|put|patch|delete)\(\s*"([^"]+)",\s*\{\s*config: (?:\{ \.\.\.)?(?:needs\("(\w+)"\)|(\w+))/g;
    return [...text.matchAll(routes)].map(
      ([, method = "", path, scope, guard]) => `${method.toUpperCase()} ${path} ${scope ?? guard}`,
    );
  });
  return [...found, "ANY /v1/connections/:id/proxy/* proxy"].sort();
}

describe("docs/gateway.md", () => {
  it("lists every call with the scope that its route demands, and no other", () => {
    const listed = [...gateway.matchAll(/^\| `([A-Z]+ \/\S+)` \| (\w+) \|/gm)].map(
      ([, call, scope]) => `${call} ${scope}`,
    );
    expect(declaredCalls().length).toBeGreaterThan(25);
    expect(listed.sort()).toEqual(declaredCalls());
  });

  it("lists the settings that --help knows, and no other", () => {
    const known = [...settingsHelp.matchAll(/^ {2}([A-Z_]{5,}) /gm)].map(([, name]) => name);
    const listed = firstCells(gateway, /^(KUNJI|DATABASE)_/);
    expect(known.length).toBeGreaterThan(15);
    expect([...listed].sort()).toEqual([...known].sort());
  });
});

describe("docs/webhooks.md", () => {
  it("lists every event, in the order of the table", () => {
    expect(firstCells(webhooks, /^(connection|vendor_session|webhook|audit)\./)).toEqual([...eventTypes]);
  });

  it("tells the pauses between tries as they are", () => {
    const [, told = ""] = /The pauses are ([^.]+?), then 4 h each/.exec(webhooks) ?? [];
    const units: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000 };
    const pauses = told.split(", ").map((pause) => {
      const [count = "", unit = ""] = pause.split(" ");
      return Number(count) * (units[unit] ?? 0);
    });
    const real = pauses.map((_, triesBefore) => nextTry({ now: 0, eventAt: 0, triesBefore, chance: 0 }));
    expect(pauses).toEqual(real);
    expect(pauses).toHaveLength(8);
    expect(deliveryLife).toBe(24 * 3_600_000);
  });
});

describe("both pages", () => {
  it.each(["gateway.md", "webhooks.md"])("%s: its links lead somewhere", (name) => {
    const links = [...page(name).matchAll(/\]\(([^)#:]+)(?:#([\w-]+))?\)/g)];
    expect(links.length).toBeGreaterThan(1);
    for (const [, target = "", part] of links) {
      expect(existsSync(new URL(target, docs)), target).toBe(true);
      if (part === undefined) continue;
      const headings = [...page(target).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
        heading
          .toLowerCase()
          .replace(/[^\w\s-]/g, "")
          .replaceAll(" ", "-"),
      );
      expect(headings, `${target}#${part}`).toContain(part);
    }
  });
});
