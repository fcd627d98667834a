// What the benchmarks are run beside: bench/peers/package.json names it, and the first benchmark that needs it installs it.
import { apart } from "../../scripts/install-apart.mjs";
import { importPeer } from "../peers/import.mjs";

const peers = apart({ path: "bench/peers", what: "what is measured beside" });

/** The folder whose node_modules holds the peers. */
export const peersFolder = peers.folder;

/** Installs the peers where that is still to be done. For those that are started as programs; `peer` does it by itself. */
export const peersReady = () => peers.ready();

/** A peer's exports, as `import()` gives them: what is CommonJS has them under `default`. */
export async function peer(name) {
  await peersReady();
  return importPeer(name);
}

/** A peer's version, such as "5.12.8". */
export const versionOf = (name) => peers.versionOf(name);
