import { type Found, fault, inWords, ok } from "./finding.js";

const mostMs = 2_000;

/** Whether this machine's clock and the database's agree. @param ask the database's clock; @param now this machine's, in ms */
export async function checkClock(ask: () => Promise<number>, now: () => number): Promise<readonly Found[]> {
  const before = now();
  const there = await ask();
  const after = now();
  // The database's was read between the two: what lies in between is no difference.
  const ahead = before - there;
  const behind = there - after;
  const off = Math.max(ahead, behind, 0);
  if (off <= mostMs) return [ok("This machine's clock and the database's agree.")];
  return [
    fault(
      `This machine's clock is ${inWords(off)} ${ahead > 0 ? "ahead of" : "behind"} the database's.`,
      "Set both by the network's time: sessions end, and links and webhooks' signatures are refused, at the wrong moment.",
    ),
  ];
}
