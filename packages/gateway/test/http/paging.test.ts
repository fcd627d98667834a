import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { returnUrl } from "../support/world.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";

describe.each(databases)("lists come in pages, on %s", (_, database) => {
  let world: ApiWorld;
  let key: string;
  beforeAll(async () => {
    world = await newApiWorld(await database());
    key = await withTenant(world, "acme");
    for (let i = 0; i < 7; i++)
      await world.call("POST", "/v1/connections", {
        key,
        body: { app: "zebu", user: i % 2 ? "odd" : "even", return_url: returnUrl },
      });
  });
  afterAll(() => world.close());

  /** All pages of a list, one after the other. */
  async function walk(path: string, name: "cursor" | "after"): Promise<{ ids: string[]; pages: number }> {
    const ids: string[] = [];
    let next: string | null = null;
    let pages = 0;
    do {
      const on: string = next === null ? "" : `&${name}=${next}`;
      const { status, body } = await world.call("GET", `${path}${on}`, { key });
      expect(status).toBe(200);
      for (const item of body.items) ids.push(String(item.sequence ?? item.id ?? item.connection));
      next = body.next;
      pages++;
    } while (next !== null && pages < 50);
    return { ids, pages };
  }

  it.each([
    ["/v1/connections?limit=3", "cursor", 7, 3],
    ["/v1/connections?user=odd&limit=2", "cursor", 3, 2],
    ["/v1/readiness?limit=2", "cursor", 7, 4],
    ["/v1/events?limit=3", "after", 7, 3],
  ] as const)(
    "%s goes on by %s, repeats nothing and leaves nothing out",
    async (path, name, count, pages) => {
      const walked = await walk(path, name);
      expect(new Set(walked.ids).size).toBe(count);
      expect(walked).toEqual({ ids: walked.ids, pages });
      expect(walked.ids).toHaveLength(count);
    },
  );

  it.each([
    "/v1/connections?limit=0",
    "/v1/connections?limit=201",
    "/v1/connections?limit=1e1",
    "/v1/connections?limit=2&limit=3",
    "/v1/connections?cursor=nonsense",
    "/v1/connections?cursor=eyJhIjoxfQ",
    "/v1/connections?usr=odd",
    "/v1/connections?status=odd",
    "/v1/connections?broker=odd",
    "/v1/connections?ends_before=tomorrow",
    "/v1/connections?user=%00",
    "/v1/events?after=-1",
    "/v1/readiness?at=2026-11-23",
    "/v1/readiness?at=0001-01-01T00:00:00Z",
  ])("refuses %s and names the field", async (path) => {
    const { status, body } = await world.call("GET", path, { key });
    expect([status, body.code]).toEqual([400, "request_invalid"]);
    expect(path).toContain(body.field);
  });

  it("takes each of those fields where its value is right", async () => {
    const good = [
      "/v1/connections?limit=200&user=odd&status=new&broker=zebu&app=zebu&ends_before=2026-11-23T09:15:00%2B05:30",
      "/v1/events?after=0&limit=1",
      "/v1/readiness?at=2026-11-23T03:45:00Z",
    ];
    for (const path of good) expect((await world.call("GET", path, { key })).status).toBe(200);
  });
});
