import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { databases } from "../support/databases.js";
import { returnUrl } from "../support/world.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";

/** What an answer shows once. */
interface Shown {
  readonly key?: string;
  readonly secret?: string;
  readonly api_key?: { readonly key: string };
}

const wanted = (user: string) => ({ app: "zebu", user, return_url: returnUrl });

describe.each(databases)("a POST with an idempotency key takes effect once, on %s", (_, database) => {
  let world: ApiWorld;
  let key: string;
  beforeAll(async () => {
    world = await newApiWorld(await database());
    key = await withTenant(world, "acme");
  });
  afterAll(() => world.close());

  const post = (once: string | undefined, body: unknown, path = "/v1/connections", by = key) =>
    world.call("POST", path, {
      key: by,
      body,
      headers: once === undefined ? {} : { "idempotency-key": once },
    });
  const made = async (user: string): Promise<number> =>
    (await world.call("GET", `/v1/connections?user=${user}`, { key })).body.items.length;

  it("makes one connection of fifty requests at once, and fifty without a key", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => post("fifty", wanted("once"))));
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses.has(201)).toBe(true);
    expect([...statuses].every((status) => status === 201 || status === 409)).toBe(true);
    for (const { status, body, headers } of answers)
      if (status === 409)
        expect([body.code, headers.get("retry-after")]).toEqual(["idempotency_in_progress", "1"]);
    expect(await made("once")).toBe(1);
    await Promise.all(Array.from({ length: 50 }, () => post(undefined, wanted("each"))));
    expect(await made("each")).toBe(50);
  });

  it("answers again as it did, to the letter, and says that it does", async () => {
    const first = await post("again", wanted("again"));
    const second = await post("again", wanted("again"));
    expect([second.status, second.text]).toEqual([201, first.text]);
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    expect(second.headers.get("idempotency-replayed")).toBe("true");
  });

  it.each([
    ["keys", { name: "n", scopes: ["read"] }, (body: Shown) => body.key],
    ["webhooks", { url: "https://receiver.example/hook" }, (body: Shown) => body.secret],
    ["tenants", { name: "n" }, (body: Shown) => body.api_key?.key],
  ] as const)("makes one of the %s and keeps no answer that shows its secret", async (what, body, shown) => {
    const path = `/v1/${what}`;
    const counted = async () => (await world.call("GET", path, { key })).body.items.length;
    const before = await counted();
    const sealed: string[] = [];
    const { vault } = world.ports;
    const kept = vault.seal;
    const seal = vi.spyOn(vault, "seal").mockImplementation((slot, text) => {
      if (slot.kind === "idempotency") sealed.push(text.reveal());
      return kept(slot, text);
    });
    const first = await post(`secret-${what}`, body, path);
    const secret = shown(first.body);
    expect([first.status, (secret ?? "").length > 20]).toEqual([201, true]);
    const again = await post(`secret-${what}`, body, path);
    expect([again.status, again.body.code]).toEqual([409, "idempotency_answer_not_kept"]);
    expect(await counted()).toBe(before + 1);
    expect(sealed).toEqual([""]);
    const connection = await post(`with-${what}`, wanted(`with-${what}`));
    expect(sealed).toEqual(["", connection.text]);
    seal.mockRestore();
    expect((await post(`other-${what}`, body, path)).status).toBe(201);
  });

  it("refuses a key that stands for another body or another address", async () => {
    await post("other", wanted("one"));
    const body = await post("other", wanted("two"));
    expect([body.status, body.body.code]).toEqual([422, "idempotency_key_reused"]);
    expect((await post("another", wanted("two"))).status).toBe(201);
    const confirm = { code: "none", user: "u" };
    await post("confirm", confirm, "/v1/connections/one/confirm");
    expect((await post("confirm", confirm, "/v1/connections/two/confirm")).status).toBe(404);
  });

  it("keeps the keys of two API keys apart", async () => {
    const first = await post("apart", wanted("apart"));
    const second = await post("apart", wanted("apart"), "/v1/connections", await world.newKey("acme"));
    expect(second.body.id).not.toBe(first.body.id);
  });

  it("lets what has failed be sent again", async () => {
    const unknown = await post("failed", { ...wanted("failed"), app: "late" });
    expect(unknown.status).toBe(404);
    const app = { broker: "zebu", environment: "sandbox", return_urls: [returnUrl] };
    const keys = { client_id: "late", secret_key: "late-secret" };
    expect((await world.call("PUT", "/v1/apps/late", { key, body: { ...app, keys } })).status).toBe(200);
    expect((await post("failed", { ...wanted("failed"), app: "late" })).status).toBe(201);
  });

  it("forgets the answer after a day, and not before", async () => {
    const first = await post("day", wanted("day"));
    world.advance(24 * 3_600_000 - 1);
    expect((await post("day", wanted("day"))).body.id).toBe(first.body.id);
    world.advance(1);
    expect((await post("day", wanted("day"))).body.id).not.toBe(first.body.id);
  });

  it.each(["", "with space", "x".repeat(201)])("refuses the key %j", async (once) => {
    const refused = await post(once, wanted("bad"));
    expect([refused.status, refused.body.field]).toEqual([400, "Idempotency-Key"]);
    expect(await made("bad")).toBe(0);
  });
});
