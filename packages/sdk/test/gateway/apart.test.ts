import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { imports, type SourceFile } from "../house-rules.js";

const folder = fileURLToPath(new URL("../../src/", import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".ts"))
  .map((path) => ({ path, text: readFileSync(folder + path, "utf8") }));

/** The files outside `gateway/` that import one in it. */
const reaching = (all: readonly SourceFile[]): string[] =>
  all
    .filter(({ path }) => !path.startsWith("gateway/"))
    .filter(({ path, text }) =>
      imports(text).some((name) => posix.join(posix.dirname(path), name).startsWith("gateway/")),
    )
    .map(({ path }) => path);

describe("the gateway's client", () => {
  it("is loaded by nobody who only speaks to brokers", () => {
    const bad = { path: "brokers/x.ts", text: 'import { gateway } from "../gateway/gateway.js";' };
    const good = { path: "brokers/x.ts", text: 'import { send } from "../send.js";' };
    expect(reaching([bad])).toEqual(["brokers/x.ts"]);
    expect(reaching([good])).toEqual([]);
    expect(files.length).toBeGreaterThan(30);
    expect(reaching(files)).toEqual([]);
  });

  it("loads no broker", () => {
    const seen = new Set<string>();
    const walk = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      const { text = "" } = files.find((file) => file.path === path) ?? {};
      const loaded = text.replace(/^(?:import|export) type .*$/gm, "");
      for (const name of imports(loaded)) walk(posix.join(posix.dirname(path), name).replace(/\.js$/, ".ts"));
    };
    walk("gateway/index.ts");
    expect([...seen]).toContain("gateway/call.ts");
    expect([...seen].filter((path) => path.startsWith("brokers"))).toEqual([]);
  });
});
