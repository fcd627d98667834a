import { afterAll, beforeAll, expect, it } from "vitest";
import { createConnection } from "../../src/flows/connections.js";
import { addWebhook } from "../../src/flows/webhooks.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { returnUrl } from "../support/world.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

/** A page with all that it loads, in bytes on the way. */
const mostBytes = 50_000;
let world: ApiWorld;
let asha: SignedInPerson;
let others: number;
let hook: string;
beforeAll(async () => {
  world = await newApiWorld(await databases[0][1]());
  await world.addTenant("acme", ["zebu"]);
  asha = await signedIn(world, "acme", "a".repeat(64));
  const row = await world.store.apps.get("acme", "zebu");
  if (!row) throw new Error("the tenant has no such app");
  // As many as a page has at most, with names as long as they may be.
  for (let i = 10; i < 40; i++) {
    const own = { id: `${"a".repeat(62)}${i}`, handle: `h${i}`, displayName: `${"W".repeat(78)}${i}` };
    await world.store.apps.put("acme", { ...row, ...own, at: world.now() });
  }
  const longest = (i: number) => `https://${"h".repeat(60)}.example/${"p".repeat(1_900)}${i}`;
  for (let i = 10; i < 59; i++)
    await addWebhook(
      world.ports,
      "acme",
      { url: longest(i), types: ["connection.login_needed"], users: ["nobody"] },
      asha.operator.id,
    );
  const url = `https://${"h".repeat(60)}.example/${"p".repeat(150)}`;
  hook = (await addWebhook(world.ports, "acme", { url }, asha.operator.id)).webhook.id;
  for (let i = 10; i < 70; i++)
    await createConnection(
      world.ports,
      "acme",
      { app: "zebu", user: `${"\u{1F511}".repeat(198)}${i}`, returnUrl },
      asha.operator.id,
    );
  const packed = { "accept-encoding": "gzip" };
  const loaded = await Promise.all(["/style.css", "/dashboard.js"].map((path) => asha.open(path, packed)));
  others = loaded.reduce((sum, { headers }) => sum + Number(headers["content-length"]), 0);
}, 60_000);
afterAll(() => world.close());

it.each([
  ["/activity", /<time/g, 20],
  ["/activity/events", /connection\.created/g, 25],
  ["/activity/audit", /<time/g, 25],
  ["/webhooks", /class="hook-row"/g, 25],
  ["webhook", /<td data-label="Answer">/g, 15],
  ["/apps", /href="\/apps\/a{62}/g, 25],
] as const)("%s weighs under 50 kB with all that it loads, as full as it can be", async (page, row, rows) => {
  const { status, text } = await asha.open(page === "webhook" ? `/webhooks/${hook}` : page);
  expect(status).toBe(200);
  expect((text.match(row) ?? []).length).toBeGreaterThanOrEqual(rows);
  expect(others).toBeGreaterThan(5_000);
  expect(Buffer.byteLength(text) + others).toBeLessThan(mostBytes);
});
