import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Gateway } from "../../src/gateway/index.js";
import { type GatewayServer, refusal, serving } from "./support/gateway-server.js";

/** Three pages: the second begins where the first one's `next` says. */
const pages: Readonly<Record<string, { readonly items: readonly number[]; readonly next: string | null }>> = {
  first: { items: [1, 2], next: "p 2" },
  "p 2": { items: [], next: "p3" },
  p3: { items: [3], next: null },
};

async function all(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const lists: readonly (readonly [
  string,
  "cursor" | "after",
  (gateway: Gateway) => AsyncIterable<unknown>,
])[] = [
  ["apps", "cursor", (g) => g.apps.each({ limit: 2 })],
  ["tenants", "cursor", (g) => g.tenants.each({ limit: 2 })],
  ["keys", "cursor", (g) => g.keys.each({ limit: 2 })],
  ["webhooks", "cursor", (g) => g.webhooks.each({ limit: 2 })],
  ["webhooks/w/deliveries", "after", (g) => g.webhooks.eachDelivery("w", { limit: 2 })],
  ["connections", "cursor", (g) => g.connections.each({ limit: 2 })],
  ["readiness", "cursor", (g) => g.eachNotReady({ limit: 2 })],
  ["events", "after", (g) => g.events.each({ limit: 2 })],
  ["audit", "after", (g) => g.audit.each({ limit: 2 })],
];

describe("the gateway's lists", () => {
  let server: GatewayServer;
  let answer: (asked: URLSearchParams) => unknown = () => undefined;
  beforeAll(async () => {
    server = await serving(({ path }) => ({ body: answer(new URL(path, "http://x").searchParams) }));
  });
  afterAll(() => server.close());

  it.each(lists)("are walked to the end, page by page: %s", async (path, place, each) => {
    answer = (asked) => pages[asked.get(place) ?? "first"];
    const before = server.received.length;
    expect(await all(each(server.client()))).toEqual([1, 2, 3]);
    expect(server.received.slice(before).map((request) => request.path)).toEqual([
      `/v1/${path}?limit=2`,
      `/v1/${path}?limit=2&${place}=p+2`,
      `/v1/${path}?limit=2&${place}=p3`,
    ]);
  });

  it("are asked for no page that nobody reaches", async () => {
    answer = (asked) => pages[asked.get("cursor") ?? "first"];
    const before = server.received.length;
    for await (const one of server.client().connections.each({ user: "u" })) if (one) break;
    expect(server.received).toHaveLength(before + 1);
  });

  it("begin where the caller says", async () => {
    answer = (asked) => pages[asked.get("after") ?? "first"];
    expect(await all(server.client().events.each({ after: "p3" }))).toEqual([3]);
  });

  it("are given up where a page is followed by itself, and where it is no page", async () => {
    answer = () => ({ items: [1], next: "same" });
    expect(await refusal(all(server.client().apps.each()))).toMatchObject({ code: "answer_unreadable" });
    for (const broken of [{ next: null }, { items: [] }, { items: {}, next: null }, { items: [], next: 7 }]) {
      answer = () => broken;
      expect(await refusal(server.client().apps.list())).toMatchObject({ code: "answer_unreadable" });
    }
    answer = () => ({ items: [1], next: null });
    expect(await all(server.client().apps.each())).toEqual([1]);
  });
});
