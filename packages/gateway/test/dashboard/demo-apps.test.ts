import { afterAll, beforeAll, expect, it } from "vitest";
import { type DemoGateway, openDemo } from "../browser/support/demo-gateway.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { allBrokers } from "../support/world.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

let world: ApiWorld;
let demo: DemoGateway;
let asha: SignedInPerson;
let host: { readonly host: string };
let ravi: SignedInPerson;
beforeAll(async () => {
  world = await newApiWorld(await databases[0][1]());
  await world.addTenant("acme", ["zebu"]);
  ravi = await signedIn(world, "acme");
  demo = await openDemo(world);
  host = { host: new URL(demo.url).host };
  asha = await signedIn({ server: demo.server, store: demo.ports.store, now: Date.now }, "demo", "asha");
});
afterAll(async () => {
  await demo.close();
  await world.close();
});

const chosen = (text: string) => /<option value="([^"]+)" selected/.exec(text)?.[1];
const portals = (text: string) =>
  [...text.matchAll(/href="([^"]+\/portal)"/g)].map(([, url = ""]) => new URL(url));

it.each(allBrokers)(
  "offers an app at %s the demo's sandbox, and its portal, which is there",
  async (broker) => {
    for (const path of [`/apps/new?broker=${broker}`, `/apps/${broker}`]) {
      const { status, text } = await asha.open(path, host);
      expect([status, chosen(text), portals(text).length]).toEqual([200, "sandbox", 1]);
      expect(portals(text)[0]?.pathname).toBe(`/${broker}/portal`);
    }
    const [portal] = portals((await asha.open(`/apps/new?broker=${broker}`, host)).text);
    expect((await fetch(`${world.sandboxUrl}${portal?.pathname}`)).status).toBe(200);
  },
);

it("offers the broker itself where there is no demo, and names its portal alone", async () => {
  const { text } = await ravi.open("/apps/new?broker=zebu");
  expect([chosen(text), portals(text)]).toEqual(["live", []]);
  expect(text).toContain("With Zebu, which registers the redirect URL");
});
