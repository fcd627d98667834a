import { fingerprint } from "@kunji/sandbox";
import type { NuvamaClient, Secret, VendorSession } from "kunji";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clientOf } from "../src/flows/app-client.js";
import { openAppKeys } from "../src/flows/app-keys.js";
import { vendorStore } from "../src/flows/vendor-session.js";
import type { Ports } from "../src/ports/ports.js";
import { databases } from "./support/databases.js";
import { newVendorWorld, secondUser, type VendorWorld, vendorPath } from "./support/vendor-world.js";

const limits = (account: string | undefined) => `/edelmw-eq/eq/limits/rmssublimits/${account}/`;
const times = <T>(length: number, make: (n: number) => T): T[] => Array.from({ length }, (_, n) => make(n));

/** How many tokens the login URLs carry. */
function tokensIn(begun: readonly { readonly url: string }[]): readonly string[] {
  return [...new Set(begun.map(({ url }) => new URL(url).searchParams.get("ordsrctkn") ?? ""))];
}

describe.each(databases)("an app's vendor session on %s", (_, open) => {
  let world: VendorWorld;
  beforeEach(async () => {
    world = await newVendorWorld(await open());
  });
  afterEach(() => world.close());

  const many = (count: number, ports?: Ports) => times(count, () => world.client(ports).begin());

  it("is made once by 500 logins that begin at once in one gateway", async () => {
    const begun = await Promise.all(many(500));
    expect(tokensIn(begun)).toHaveLength(1);
    expect(await world.received("loginvendor")).toBe(1);
    expect((await world.events()).map(({ type }) => type)).toEqual(["vendor_session.started"]);
    expect(await world.row()).toMatchObject({ generation: 1, leaseOwner: null, triedAt: null });
    const alone = () =>
      clientOf(world.ports, world.app, openAppKeys(world.ports, world.app), {
        egress: undefined,
      }) as NuvamaClient;
    await Promise.all([alone().begin(), alone().begin()]);
    expect(await world.received("loginvendor")).toBe(3);
  });

  it("is made once by two gateways that are asked at once", async () => {
    const second = await world.secondGateway();
    const begun = await Promise.all([...many(25), ...many(25, second)]);
    expect(tokensIn(begun)).toHaveLength(1);
    expect(await world.received("loginvendor")).toBe(1);
    expect((await world.row())?.generation).toBe(1);
  });

  it("is sealed, ends after 24 hours, and is the token that the broker gave", async () => {
    const [token = ""] = tokensIn([await world.client().begin()]);
    const row = await world.row();
    expect(row?.endsAt).toBe(world.now() + 86_400_000);
    expect(Buffer.from(row?.sealedSession ?? []).includes(token)).toBe(false);
    expect((await vendorStore(world.ports, world.app).load())?.token.reveal()).toBe(token);
    expect(token).toMatch(/^[0-9a-f]{32}$/);
  });

  it("is waited for while another gateway makes it, and made anew after the lease of one that was killed", async () => {
    const { vendorSessions } = world.store;
    const now = world.now();
    await vendorSessions.lease("acme", "nuvama", { owner: "killed", ms: 60_000, at: now });
    await vendorSessions.noteTry("acme", "nuvama", "killed", { generation: 0, what: "login", at: now });
    const impatient = vendorStore(world.ports, world.app, { tries: 3, pauseMs: 1 });
    await expect(impatient.renew?.(undefined)).rejects.toMatchObject({ code: "busy" });
    expect(await world.received("loginvendor")).toBe(0);
    await vendorSessions.release("acme", "nuvama", "killed");
    await vendorSessions.lease("acme", "nuvama", { owner: "killed too", ms: 300, at: now });
    await Promise.all([...many(3), ...many(3, await world.secondGateway())]);
    expect(await world.received("loginvendor")).toBe(1);
    expect(await world.row()).toMatchObject({ generation: 1, leaseOwner: null, triedAt: null });
  });

  it("fails for all who wait where the broker fails, and is made by the next one who asks", async () => {
    await world.failOnce(vendorPath("loginvendor"));
    const store = vendorStore(world.ports, world.app);
    const failed = await Promise.allSettled(times(5, () => store.renew!(undefined)));
    expect(failed.map((each) => each.status === "rejected" && each.reason.code)).toEqual(
      times(5, () => "broker_unavailable"),
    );
    expect(await world.received("loginvendor")).toBe(1);
    expect(await world.row()).toMatchObject({ generation: 0, leaseOwner: null, triedWhat: "login" });
    await world.client().begin();
    expect(await world.received("loginvendor")).toBe(2);
  });

  it("is renewed once for all calls that meet its end at the broker", async () => {
    const sessions = [await world.connect("c1"), await world.connect("c2", "active", secondUser)];
    await world.endAtBroker();
    const second = await world.secondGateway();
    const calls = times(12, (n) => {
      const session = sessions[n % 2]!;
      return world.client(n % 3 ? world.ports : second).fetch(session, limits(session.account));
    });
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(times(12, () => 200));
    expect(await world.received("loginvendor")).toBe(2);
    expect((await world.row())?.generation).toBe(2);
  });

  it("is another gateway's where that one was faster all the same", async () => {
    let winner: VendorSession | undefined;
    const overtaken: Ports = {
      ...world.ports,
      store: { ...world.store },
      brokers: {
        ...world.ports.brokers,
        open(wish) {
          const client = world.ports.brokers.open(wish);
          const loginVendor = async () => {
            const late = await client.loginVendor!();
            await world.store.vendorSessions.release("acme", "nuvama", (await world.row())?.leaseOwner ?? "");
            winner = await world.client().loginVendor();
            return late;
          };
          return wish.vendorStore ? client : { ...client, loginVendor };
        },
      },
    };
    const made = await vendorStore(overtaken, world.app).renew?.(undefined);
    expect(made?.token.reveal()).toBe(winner?.token.reveal());
    expect((await world.row())?.generation).toBe(1);
    const logins = (await world.ledger("nuvama")).filter(({ path }) => path === vendorPath("loginvendor"));
    expect(logins).toHaveLength(2);
    expect(JSON.stringify(logins[1]?.answer)).toContain(fingerprint(winner?.token.reveal() ?? ""));
  });

  it("makes another one than the one that is refused, and only then", async () => {
    const store = vendorStore(world.ports, world.app);
    const renew = async (unusable?: Secret) => (await store.renew!(unusable)).token;
    const first = await renew();
    expect((await renew()).reveal()).toBe(first.reveal());
    const second = await renew(first);
    expect(second.reveal()).not.toBe(first.reveal());
    expect((await renew(first)).reveal()).toBe(second.reveal());
    expect(await world.received("loginvendor")).toBe(2);
  });
});
