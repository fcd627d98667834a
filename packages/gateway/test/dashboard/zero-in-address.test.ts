import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

describe.each(databases)("the character zero in an address of the dashboard's, on %s", (_, make) => {
  let world: ApiWorld;
  let asha: SignedInPerson;
  beforeAll(async () => {
    world = await newApiWorld(await make());
    await world.addTenant("acme", ["zebu"]);
    asha = await signedIn(world, "acme", "asha");
  }, 60_000);
  afterAll(() => world.close());

  const opened = [
    "/apps/zebu%00",
    "/webhooks/whk%00",
    "/connections/con%00",
    "/connections/con%00/events",
    "/connected?connection=con%00",
  ];
  const sent = [
    "/settings/operators/opr%00/end",
    "/settings/keys/key%00/end",
    "/connections/con%00/log-in",
    "/connections/con%00/link",
    "/apps/zebu%00/check",
  ];

  it("names nothing, and the same without it names what there is", async () => {
    for (const path of opened) expect([path, (await asha.open(path)).status]).toEqual([path, 404]);
    for (const path of sent) expect([path, (await asha.send(path, {})).status]).toEqual([path, 404]);
    expect((await asha.open("/apps/zebu")).status).toBe(200);
    expect((await asha.send("/apps/zebu/check", {})).status).toBeLessThan(400);
  });
});
