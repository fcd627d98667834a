import type { Browser, Page } from "playwright-core";
import type { KnownPage, Place } from "./every-place.js";
import { pressable, unreachable, type Watched, watch, weightOf, wrongOn } from "./page-checks.js";

/** What was found of one page. */
export interface SeenPage {
  /** Its address; `undefined` where only a form leads to it. */
  readonly address: string | undefined;
  /** What axe finds wrong in light on a desk, and in the dark on a phone. */
  readonly wrong: readonly string[];
  readonly headings: number;
  /** Origins of requests that are not the page's own. */
  readonly elsewhere: readonly string[];
  readonly complaints: readonly string[];
  readonly policy: string;
  readonly weight: Awaited<ReturnType<typeof weightOf>>;
  /** Controls that the keyboard does not come to, or comes to unseen. */
  readonly unreachable: readonly string[];
  /** How many pixels it is wider than a phone. */
  readonly tooWide: number;
  /** What it is called and offers on a phone, with scripts and without. */
  readonly offered: readonly [withScripts: readonly string[], without: readonly string[]];
}

export const titled = ({ group, name }: KnownPage): string => `${group}: ${name}`;
const phone = { width: 360, height: 740 };

async function policyOf({ loaded }: Watched): Promise<string> {
  const response = await loaded()[0]?.response();
  return (await response?.headerValue("content-security-policy")) ?? "";
}

/** The settings say when other browsers have signed in: each of the two is the other's, and a minute may lie between. */
const atWhatever = (text: string): string => text.replace(/(?<=, signed in ).+ UTC$/, "at whatever time");

const offers = async (page: Page): Promise<readonly string[]> => [
  ...(await page.locator("h1").allTextContents()),
  ...(await pressable(page)).map(atWhatever),
];

/** Why a page could not be come to; `undefined` where it was. */
async function comeTo(page: Page, place: Place, each: KnownPage): Promise<string | undefined> {
  page.setDefaultTimeout(30_000);
  return each.open(page, place).then(
    () => undefined,
    (error: unknown) => `at ${page.url()}: ${String(error).slice(0, 300)}`,
  );
}

/** What was found, by the pages' names, and why others could not be come to. */
export interface SeenPages {
  readonly seen: ReadonlyMap<string, SeenPage>;
  readonly lost: Readonly<Record<string, string>>;
}

/** Comes to each page, once with scripts and once without, and looks at it in every way. */
export async function lookAtPages(
  browser: Browser,
  place: Place,
  pages: readonly KnownPage[],
): Promise<SeenPages> {
  const usual = await browser.newContext({ colorScheme: "light" });
  const plain = await browser.newContext({ javaScriptEnabled: false, viewport: phone });
  const seen = new Map<string, SeenPage>();
  const lost: Record<string, string> = {};
  for (const each of pages) {
    const page = await usual.newPage();
    const watched = watch(page);
    // Each is weighed as the first one that somebody opens.
    const session = await usual.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    const why = await comeTo(page, place, each);
    if (why !== undefined) {
      lost[titled(each)] = why;
      await page.close();
      continue;
    }
    await page.waitForLoadState("load");
    const own = new URL(page.url()).origin;
    const origins = watched.loaded().map((request) => new URL(request.url()).origin);
    const weight = await weightOf(watched.loaded());
    const policy = await policyOf(watched);
    const address = watched.loaded()[0]?.method() === "GET" ? page.url() : undefined;
    const light = await wrongOn(page);
    const missed = await unreachable(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize(phone);
    const dark = await wrongOn(page);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    const withScripts = await offers(page);
    const headings = await page.locator("h1").count();
    await page.close();
    const bare = await plain.newPage();
    const whyBare = await comeTo(bare, place, each);
    if (whyBare !== undefined) lost[titled(each)] = `without scripts, ${whyBare}`;
    const offered = [withScripts, await offers(bare)] as const;
    await bare.close();
    seen.set(titled(each), {
      address,
      wrong: [...light, ...dark.map((one) => `in the dark, ${one}`)],
      headings,
      elsewhere: origins.filter((origin) => origin !== own),
      complaints: watched.complaints,
      policy,
      weight,
      unreachable: missed,
      tooWide,
      offered,
    });
  }
  await usual.close();
  await plain.close();
  return { seen, lost };
}
