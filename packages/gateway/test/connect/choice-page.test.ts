import type { BrokerId } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiWorld, newApiWorld, withTenant } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { allBrokers, returnUrl } from "../support/world.js";

/** What a person is told of each broker before and after choosing it. */
const told: Readonly<Record<BrokerId, readonly [mark: string, name: string, country: string]>> = {
  ventura: ["Ve", "Ventura EaseAPI", "India"],
  autoshares: ["As", "AutoShares", "United States"],
  nuvama: ["Nu", "Nuvama", "India"],
  zebu: ["Ze", "Zebu MYNT", "India"],
  rmoney: ["RM", "RMoney", "India"],
};
/** Where the password is typed here, and where sessions are renewed. */
const passwordHere: readonly BrokerId[] = ["autoshares"];
const renewed: readonly BrokerId[] = ["zebu"];

/** The text of a piece of a page. */
const textOf = (piece = ""): string =>
  piece
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();

let world: ApiWorld;
let key: string;
beforeAll(async () => {
  world = await newApiWorld(await databases[0][1]());
  key = await withTenant(world, "acme", allBrokers);
}, 60_000);
afterAll(() => world.close());

async function pageOf(path: string, wish: object): Promise<string> {
  const body = { user: "asha", return_url: returnUrl, ...wish };
  const { connect_url } = (await world.call("POST", path, { key, body })).body;
  const { pathname } = new URL(connect_url);
  return (await world.call("GET", pathname, { headers: { accept: "text/html" } })).text;
}

describe.each(allBrokers)("%s", (broker) => {
  const [mark, name, country] = told[broker];

  it("is offered by its mark, its name, its country and what will be asked", async () => {
    const text = await pageOf("/v1/connect-links", { apps: allBrokers });
    const offers = text.match(/<button class="offer"[\s\S]*?<\/button>/g) ?? [];
    expect(offers).toHaveLength(allBrokers.length);
    const [offer = "", ...others] = offers.filter((each) => each.includes(`value="${broker}"`));
    expect(others).toEqual([]);
    expect(textOf(/<svg class="broker-mark"[\s\S]*?<\/svg>/.exec(offer)?.[0])).toBe(mark);
    const asked = passwordHere.includes(broker) ? "user name and password here" : `log in at ${name}`;
    expect(textOf(/<strong>[\s\S]*/.exec(offer)?.[0])).toBe(`${name} sandbox ${country} · ${asked}`);
  });

  it("says before the login with whom it is shared, for how long, and what becomes of the password", async () => {
    const text = await pageOf("/v1/connections", { app: broker });
    const terms = [...text.matchAll(/<dt>([^<]*)<\/dt><dd>([\s\S]*?)<\/dd>/g)];
    const { host } = new URL(returnUrl);
    expect(terms.map(([, term, says]) => [term, textOf(says)])).toEqual([
      ["Shared with", host],
      [
        "How long",
        renewed.includes(broker)
          ? `Until you or the app ends it: ${name} renews the session, and asks you now and then to log in again`
          : `Until ${name} ends the session: you log in again each trading day`,
      ],
      [
        "Your password",
        passwordHere.includes(broker)
          ? `Goes to ${name} this once and is not stored. Only where ${name} asks for one more step does it wait here, encrypted, until you have taken it: ten minutes at most`
          : `You type it at ${name} alone. ${host} never sees it`,
      ],
    ]);
    expect(/<input[^>]*type="password"/.test(text)).toBe(passwordHere.includes(broker));
    expect(textOf(/<svg class="broker-mark"[\s\S]*?<\/svg>/.exec(text)?.[0])).toBe(mark);
  });
});
