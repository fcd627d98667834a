import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { begin, codeOf, comeBack, confirm, finish, received } from "../invariants/support/journey.js";
import type { WholeGateway } from "../invariants/support/whole-gateway.js";
import { returnUrl } from "../support/world.js";
import { type ManyGateways, openMany } from "./support/gateways.js";
import type { GatewayProcess } from "./support/process.js";

const starts = 500;
const vendorLogin = /\/loginvendor\//;

describe("four gateways without a vendor session", () => {
  let many: ManyGateways;
  let gateways: readonly GatewayProcess[];
  let whole: WholeGateway;
  beforeAll(async () => {
    many = await openMany();
    gateways = await many.start(4);
    whole = many.by(() => gateways[0] as GatewayProcess);
    await whole.addApp("nuvama");
  }, 120_000);
  afterAll(() => many.close());

  it("make one for 500 logins that start at once, and all of them go on to the broker", async () => {
    const connections: { readonly id: string; readonly connect_url: string }[] = [];
    for (let made = 0; made < starts; made += 50)
      connections.push(
        ...(await Promise.all(
          Array.from({ length: 50 }, async (_, i) => {
            const body = { app: "nuvama", user: `user-${made + i}`, return_url: returnUrl };
            return (await whole.ask("POST", "/v1/connections", { body })).json;
          }),
        )),
      );
    expect(await received(whole, "nuvama", vendorLogin)).toBe(0);

    const persons = connections.map((_, i) =>
      many.by(() => gateways[i % gateways.length] as GatewayProcess).person(),
    );
    const begun = await Promise.all(
      connections.map(({ connect_url }, i) => persons[i]?.send(new URL(connect_url).pathname)),
    );
    const places = begun.map((seen) => [seen?.status, new URL(seen?.headers.location ?? "none:").origin]);
    expect(new Set(places.map(String))).toEqual(new Set([String([303, new URL(whole.sandboxUrl).origin])]));
    const token = (location = "") => new URL(location).searchParams.get("ordsrctkn");
    expect(new Set(begun.map((seen) => token(seen?.headers.location))).size).toBe(1);
    expect(await received(whole, "nuvama", vendorLogin)).toBe(1);

    // The one that was begun last holds too.
    const last = connections.at(-1);
    const person = persons.at(-1);
    if (!last || !person) throw new Error("There was none.");
    const callback = await comeBack(whole, "nuvama", await begin(person, last));
    const code = codeOf(await finish(person, callback));
    const confirmed = await confirm(whole, last, code, { user: `user-${starts - 1}` });
    expect(confirmed.json).toMatchObject({ status: "active" });
    expect(await received(whole, "nuvama", vendorLogin)).toBe(1);
  }, 60_000);
});
