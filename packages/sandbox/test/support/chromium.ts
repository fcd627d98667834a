import { type Browser, chromium } from "playwright-core";

const quiet = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Names under .test are this machine, as if they were other sites.
  "--host-resolver-rules=MAP *.test 127.0.0.1",
];

/** A real browser. @throws where the machine has none */
export async function openChromium(): Promise<Browser> {
  const finder = new URL("../../../../scripts/chromium.mjs", import.meta.url).href;
  const executablePath: string | undefined = await (await import(finder)).findChromium();
  if (!executablePath)
    throw new Error("No Chromium here: `npm test` finds or installs one, KUNJI_CHROMIUM names one.");
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath, args: [...root, ...quiet] });
}
