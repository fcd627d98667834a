/** The rules of the house as functions of files' contents, so that each can be shown a bad file. */

export const brokerIds = ["ventura", "autoshares", "nuvama", "zebu", "rmoney"] as const;

/** A file of the repository: its path from the root, with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

type Rule = (files: readonly SourceFile[]) => string[];

/** Code without its comments. Texts stay, and so does a `//` inside an address. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

const isSource = ({ path }: SourceFile): boolean => /^packages\/[^/]+\/src\//.test(path);
const of = (name: string, files: readonly SourceFile[]): SourceFile[] =>
  files.filter((file) => file.path.startsWith(`packages/${name}/src/`));

const names = brokerIds.join("|");
const literal = `["'\`](?:${names})["'\`]`;
const condition = new RegExp(
  [`[!=]==?\\s*${literal}`, `${literal}\\s*[!=]==?`, `\\bcase\\s+${literal}`, `${literal}\\s+in\\b`]
    .concat(`\\.(?:includes|startsWith|has)\\(\\s*${literal}`)
    .join("|"),
);

/** Everything that a file imports or re-exports, by its specifier. */
export function imports(text: string): string[] {
  const found = code(text).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"'\s]+)["']/g);
  return [...found].map(([, specifier]) => specifier ?? "");
}

/** What a broker must have, as patterns of paths. */
function wantedOf(id: string): Record<string, RegExp> {
  return {
    client: new RegExp(`^packages/sdk/src/brokers/${id}\\.ts$`),
    wire: new RegExp(`^packages/sdk/src/brokers/${id}\\.wire\\.ts$`),
    sandbox: new RegExp(`^packages/sandbox/src/brokers/${id}\\.ts$`),
    vectors: new RegExp(`^vectors/${id}\\.json$`),
    page: new RegExp(`^docs/brokers/${id}\\.md$`),
    "client tests": new RegExp(`^packages/sdk/test/brokers/${id}[.\\w-]*\\.test\\.ts$`),
    "sandbox tests": new RegExp(`^packages/sandbox/test/brokers/${id}[.\\w-]*\\.test\\.ts$`),
  };
}

/** What a broker lacks of its parallel files, `<broker>: <what>`. */
export function lacking(paths: readonly string[]): string[] {
  return brokerIds.flatMap((id) =>
    Object.entries(wantedOf(id))
      .filter(([, pattern]) => !paths.some((path) => pattern.test(path)))
      .map(([what]) => `${id}: ${what}`),
  );
}

const paths = (files: readonly SourceFile[]): string[] => files.map((file) => file.path);

export const conditionsOnBrokers: Rule = (files) =>
  paths(files.filter(isSource).filter((f) => !/\/brokers\//.test(f.path) && condition.test(code(f.text))));

export const tooLong: Rule = (files) =>
  paths(files.filter(isSource).filter((file) => file.text.trimEnd().split("\n").length > 300));

export const sdkReachesOut: Rule = (files) =>
  of("sdk", files).flatMap((file) =>
    imports(file.text)
      .filter((specifier) => !specifier.startsWith("."))
      .map((specifier) => `${file.path}: ${specifier}`),
  );

const isWire = (path: string): boolean =>
  /^packages\/sdk\/src\/(?:wire|shape|brokers\/[\w-]+\.wire)\.ts$/.test(path);

/** `kunji/wire` computes nothing, so it takes nothing in but its own shapes. */
export const wireReachesOut: Rule = (files) =>
  files
    .filter(({ path }) => isWire(path))
    .flatMap(({ path, text }) =>
      imports(text)
        .filter((specifier) => {
          const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
          return !specifier.startsWith(".") || !isWire(target.replace(/\.js$/, ".ts"));
        })
        .map((specifier) => `${path}: ${specifier}`),
    );

export const sandboxImportsTheClient: Rule = (files) =>
  of("sandbox", files).flatMap((file) =>
    imports(file.text)
      .filter((specifier) => /^(kunji|@kunji)(\/|$)/.test(specifier) && specifier !== "kunji/wire")
      .concat(imports(file.text).filter((specifier) => /\.\.\/(sdk|cli|gateway)\//.test(specifier)))
      .map((specifier) => `${file.path}: ${specifier}`),
  );

export const importsTheSandbox: Rule = (files) =>
  paths(
    files
      .filter(isSource)
      .filter((file) =>
        imports(file.text).some((name) => /^@kunji\/sandbox(\/|$)|\.\.\/sandbox\//.test(name)),
      ),
  );

export const readsTheEnvironment: Rule = (files) =>
  paths(
    files
      .filter(isSource)
      .filter(
        (file) => !file.path.endsWith("/settings.ts") && /\bprocess\s*\.\s*env\b/.test(code(file.text)),
      ),
  );

export const usesTheConsole: Rule = (files) =>
  paths(files.filter(isSource).filter((file) => /\bconsole\s*\./.test(code(file.text))));
