import type { Browser, CDPSession, Page } from "playwright-core";
import type { Place } from "./every-place.js";

/** When a page first showed something, in ms of its own clock, and how much later that is than an empty page of its server. */
export interface Paint {
  readonly name: string;
  readonly at: number;
  readonly later: number;
}

/** To the server and back, in ms. */
export const slowLatencyMs = 150;

/**
 * The phone that Lighthouse judges by, on a slow 4G line: 150 ms to the server and back, 1.6 Mbit/s down, 750 kbit/s up, a quarter
 * of this machine's speed, and nothing kept from before.
 * @see https://github.com/GoogleChrome/lighthouse/blob/main/docs/throttling.md
 */
async function slowDown(session: CDPSession): Promise<void> {
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: slowLatencyMs,
    downloadThroughput: 1_600_000 / 8,
    uploadThroughput: 750_000 / 8,
  });
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
}

/** When the first contents were painted, from the begin of the navigation. */
const firstPaint = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((done) => {
        new PerformanceObserver((list) => {
          for (const { name, startTime } of list.getEntries())
            if (name === "first-contentful-paint") done(startTime);
        }).observe({ type: "paint", buffered: true });
      }),
  );

/** What says next to nothing on each server, and weighs as much. */
const emptyOf = (address: string, { gateway, sandbox }: Place): string =>
  address.startsWith(gateway) ? `${gateway}/health` : `${sandbox}/_sandbox/clock`;

/** A page that has an address of its own: what only a form leads to is the page of the form with another sentence. */
export interface Addressed {
  readonly name: string;
  readonly address: string;
}

/**
 * Loads each page slowly. What is measured against an empty page of the same server, right before it and in the same browser,
 * says as much on a slow machine as on a fast one; a page that takes long is given two more tries, and the best of them counts.
 * Pages work without scripts: what is seen can be used.
 */
export async function slowPaints(
  browser: Browser,
  place: Place,
  pages: readonly Addressed[],
): Promise<readonly Paint[]> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const page = await context.newPage();
  // The demo signs in by itself, once.
  await page.goto(place.gateway);
  await slowDown(await context.newCDPSession(page));
  const paints: Paint[] = [];
  for (const { name, address } of pages) {
    let best: Paint | undefined;
    for (let tries = 0; tries < 3 && (!best || best.later >= 700); tries++) {
      await page.goto(emptyOf(address, place));
      const empty = await firstPaint(page);
      await page.goto(address);
      const at = await firstPaint(page);
      const later = at - empty;
      if (!best || later < best.later) best = { name, at, later };
    }
    if (best) paints.push(best);
  }
  await context.close();
  return paints;
}
