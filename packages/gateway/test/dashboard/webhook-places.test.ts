import { afterAll, beforeAll, expect, it } from "vitest";
import { addWebhook } from "../../src/flows/webhooks.js";
import { type DemoGateway, openDemo } from "../browser/support/demo-gateway.js";
import { newConnection } from "../connect/support/logins.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

let world: ApiWorld;
let demo: DemoGateway;
let asha: SignedInPerson;
beforeAll(async () => {
  world = await newApiWorld(await databases[0][1]());
  await world.addTenant("acme", ["zebu"]);
  asha = await signedIn(world, "acme");
  await newConnection(world, { tenant: "acme", broker: "zebu" });
  demo = await openDemo(world);
});
afterAll(async () => {
  await demo.close();
  await world.close();
});

const add = async (url: string) => (await addWebhook(world.ports, "acme", { url }, null)).webhook.id;

it.each([
  ["https://app.example:8443/first", "app.example:8443/first"],
  ["https://app.example:8443/second?token=planted", "app.example:8443/second"],
  ["https://app.example:8443/", "app.example:8443"],
])("names the webhook to %s by its host and path", async (url, place) => {
  const id = await add(url);
  const { text } = await asha.open(`/webhooks/${id}`);
  expect(text).toContain(`<title>Webhook to ${place} · Kunji</title>`);
  expect(text).toContain(`<h1>${place}</h1>`);
  await world.store.webhooks.pause("acme", id, 0, world.now());
  expect((await asha.open("/")).text).toContain(`The webhook to ${place} is paused`);
});

it("says in its forms which addresses this gateway allows", async () => {
  const strict = "An https address on the public internet";
  const open = "An https or http address that this gateway’s machine can reach";
  for (const path of ["/webhooks", `/webhooks/${await add("https://app.example/third")}`]) {
    const { text } = await asha.open(path);
    expect([path, text.includes(strict), text.includes(open)]).toEqual([path, true, false]);
  }
  const ravi = await signedIn(
    { server: demo.server, store: demo.ports.store, now: Date.now },
    "demo",
    "ravi",
  );
  const { text } = await ravi.open("/webhooks", { host: new URL(demo.url).host });
  expect([text.includes(strict), text.includes(open)]).toEqual([false, true]);
});
