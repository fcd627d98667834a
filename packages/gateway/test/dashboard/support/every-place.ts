import { brokers } from "kunji";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { openChromium } from "../../browser/support/chromium.js";
import { type DemoGateway, openDemo } from "../../browser/support/demo-gateway.js";
import { databases } from "../../support/databases.js";
import { newWorld, type TestWorld } from "../../support/world.js";

/** Where pages are looked at: the one that the scripts fill. */
export interface Place {
  readonly gateway: string;
  readonly sandbox: string;
  readonly ids: Readonly<Record<string, string>>;
}

/** A page that a person can come to, and how. */
export interface KnownPage {
  readonly group: "dashboard" | "connect" | "sandbox";
  readonly name: string;
  open(page: Page, place: Place): Promise<unknown>;
}

interface PagesModule {
  readonly emptyPages: readonly KnownPage[];
  everyPage(failures: readonly string[]): readonly KnownPage[];
}
interface PlaceModule {
  placeAt(at: object): Promise<Place>;
  fill(place: Place, page: Page): Promise<void>;
}

const script = (name: string): Promise<unknown> =>
  import(new URL(`../../../../../scripts/pages/${name}.mjs`, import.meta.url).href);

/** A real browser before a gateway with its sandbox, each on a site of its own. */
export interface EveryPlace {
  readonly browser: Browser;
  readonly world: TestWorld;
  readonly demo: DemoGateway;
  readonly place: Place;
  readonly emptyPages: readonly KnownPage[];
  readonly everyPage: readonly KnownPage[];
  newContext(options?: BrowserContextOptions): Promise<BrowserContext>;
  /** Connects an account at each broker, lets one fall, and sends what the demo's webhook gets. */
  fill(): Promise<void>;
  close(): Promise<void>;
}

/** @param failures the codes whose sentences are looked at on a link's page */
export async function openEveryPlace(failures: readonly string[]): Promise<EveryPlace> {
  const { emptyPages, everyPage } = (await script("every-page")) as PagesModule;
  const { placeAt, fill } = (await script("place")) as PlaceModule;
  const browser = await openChromium();
  const world = await newWorld(await databases[0][1]());
  const demo = await openDemo(world);
  const place = await placeAt({
    gateway: demo.url,
    sandbox: world.sandboxUrl.replace("127.0.0.1", "localhost"),
    key: demo.key.reveal(),
    brokers: Object.fromEntries(Object.values(brokers).map(({ traits }) => [traits.id, traits])),
  });
  return {
    browser,
    world,
    demo,
    place,
    emptyPages,
    everyPage: everyPage(failures),
    newContext: (options = {}) => browser.newContext(options),
    async fill() {
      const context = await browser.newContext();
      await fill(place, await context.newPage());
      await context.close();
      await demo.deliver();
    },
    async close() {
      await browser.close();
      await demo.close();
      await world.close();
    },
  };
}
