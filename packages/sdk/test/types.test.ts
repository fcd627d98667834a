import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";

// The fixtures end in `.txt` so that nothing else compiles them; here they are served under the name without it.
const folder = fileURLToPath(new URL("type-fixtures/", import.meta.url));
const root = fileURLToPath(new URL("../../../", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".ts.txt"));
const names = [...new Set(files.map((name) => name.replace(/\.(?:refused|taken)\.ts\.txt$/, "")))];

type Finding = readonly [line: number, code: string];
const found = new Map<string, readonly Finding[]>();

function compile(): ts.Program {
  const path = `${root}tsconfig.test.json`;
  const config = ts.getParsedCommandLineOfConfigFile(
    path,
    { noEmit: true },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  );
  if (!config) throw new Error("tsconfig.test.json can't be read");
  const options = { ...config.options, types: [] };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  const served = (name: string) => (name.startsWith(folder) && name.endsWith(".ts") ? `${name}.txt` : name);
  host.fileExists = (name) => fileExists(served(name));
  host.readFile = (name) => readFile(served(name));
  return ts.createProgram({
    rootNames: files.map((name) => folder + name.replace(/\.txt$/, "")),
    options,
    host,
  });
}

/** What the fixture says of itself: `// TS2345` at the end of a line. */
function expected(file: string): readonly Finding[] {
  return readFileSync(folder + file, "utf8")
    .split("\n")
    .flatMap((text, index): Finding[] => {
      const code = /\/\/ (TS\d+)$/.exec(text)?.[1];
      return code ? [[index + 1, code]] : [];
    });
}

beforeAll(() => {
  const program = compile();
  for (const file of files) {
    const source = program.getSourceFile(folder + file.replace(/\.txt$/, ""));
    if (!source) throw new Error(`${file} was not compiled`);
    const diagnostics = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ];
    found.set(
      file,
      diagnostics.map(({ start = 0, code }) => [
        source.getLineAndCharacterOfPosition(start).line + 1,
        `TS${code}`,
      ]),
    );
  }
}, 60_000);

it("there are fixtures, each with its corrected twin", () => {
  expect(names.length).toBeGreaterThanOrEqual(10);
  expect(files.toSorted()).toEqual(
    names.flatMap((name) => [`${name}.refused.ts.txt`, `${name}.taken.ts.txt`]).toSorted(),
  );
});

describe.each(names)("%s", (name) => {
  it("does not compile, for the reason and at the line that it names", () => {
    const wanted = expected(`${name}.refused.ts.txt`);
    expect(wanted.length).toBeGreaterThan(0);
    expect(found.get(`${name}.refused.ts.txt`)).toEqual(wanted);
  });

  it("compiles once it is corrected", () => {
    expect(expected(`${name}.taken.ts.txt`)).toEqual([]);
    expect(found.get(`${name}.taken.ts.txt`)).toEqual([]);
  });
});
