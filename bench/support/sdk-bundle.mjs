// Bundles an import as a web app's build would, and weighs it.
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { peer } from "./peers.mjs";

/** Where our own modules lie, as esbuild names its inputs. */
const ownModule = /packages\/sdk\/dist\/(.+)$/;

/** The bytes that each of our modules has in the bundle, minified, the largest first. */
function modulesOf({ inputs }) {
  const weighed = Object.entries(inputs).map(([path, { bytesInOutput }]) => [
    ownModule.exec(path)?.[1],
    bytesInOutput,
  ]);
  const own = weighed.filter(([module, bytes]) => module !== undefined && bytes > 0);
  return Object.fromEntries(own.sort(([, a], [, b]) => b - a));
}

/**
 * Bundles a module that is given as text, with what it imports.
 * @param folder what its imports are looked up from
 * @returns the text; its bytes minified, and compressed by gzip at 9 and by brotli at 11; our modules' bytes
 */
export async function bundled(contents, folder) {
  const { build } = await peer("esbuild");
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    minify: true,
    treeShaking: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    metafile: true,
    write: false,
  });
  const [{ contents: bytes, text }] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  return {
    text,
    sizes: {
      minified: bytes.length,
      gzip: gzipSync(bytes, { level: 9 }).length,
      brotli: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } })
        .length,
    },
    modules: modulesOf(output),
  };
}
