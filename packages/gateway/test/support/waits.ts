import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";
import { vi } from "vitest";

/** Waits that are over at once: how long each would have been, in ms, is told to `onWait`. Call the answer to wait again. */
export function skipWaits(onWait: (ms: number | undefined) => void): () => void {
  const spy = vi.spyOn(timers, "setTimeout").mockImplementation(async (ms, value) => {
    onWait(ms);
    return value as never;
  });
  syncBuiltinESMExports();
  return () => {
    spy.mockRestore();
    syncBuiltinESMExports();
  };
}
