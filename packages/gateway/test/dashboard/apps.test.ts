import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAppKeys } from "../../src/flows/app-keys.js";
import { connected } from "../connect/support/logins.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { allBrokers, returnUrl } from "../support/world.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

describe.each(databases)("the apps' pages on %s", (_, make) => {
  let world: ApiWorld;
  let asha: SignedInPerson;
  let ravi: SignedInPerson;
  beforeAll(async () => {
    world = await newApiWorld(await make());
    await world.addTenant("acme", allBrokers);
    await world.addTenant("other", ["zebu"]);
    await world.addTenant("empty", []);
    asha = await signedIn(world, "acme");
    ravi = await signedIn(world, "other");
  });
  afterAll(() => world.close());

  it("lists the apps with the connections that live, and offers the first one where there is none", async () => {
    await connected(world, { tenant: "acme", broker: "zebu" });
    const { status, text } = await asha.open("/apps");
    expect(status).toBe(200);
    for (const broker of allBrokers) expect(text).toContain(`href="/apps/${broker}"`);
    expect(text).toContain("1 live");
    const nobody = await signedIn(world, "empty");
    expect((await nobody.open("/apps")).text).toContain("No app yet");
    expect((await asha.open("/apps/zebu")).text).toContain("/callback/zebu/handle-acme-zebu");
    expect((await asha.send("/apps/zebu/check")).text).toContain("Nothing is wrong");
    expect(openAppKeys).toBeTypeOf("function");
    expect(returnUrl).toBeTruthy();
    expect((await ravi.open("/apps/nuvama")).status).toBe(404);
  });
});
