import type { Core } from "../../core.js";
import { fingerprint } from "../../ledger/fingerprint.js";

/** One step of the one-time codes, in ms. */
const stepMs = 30_000;

/** A text that changes whenever something does that the panel shows, and at least at each step of the codes. */
export function panelMark({ store, clock, wall }: Core): string {
  const parts = [
    clock.mark(),
    store.ledger.newestId(),
    store.sessions.mark(),
    store.faults.list(),
    Math.floor(wall() / stepMs),
  ];
  return fingerprint(JSON.stringify(parts)).replace("sha256:", "");
}

/** What the panel's script asks for again and again. */
export function panelState(core: Core): {
  readonly now: number;
  readonly mode: string;
  readonly mark: string;
} {
  const { now, mode } = core.clock.read();
  return { now, mode, mark: panelMark(core) };
}
