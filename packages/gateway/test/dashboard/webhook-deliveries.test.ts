import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import type { SignedInPerson } from "./support/signed-in.js";
import { newWebhookTenant, type WebhookTenant } from "./support/webhook-tenant.js";

describe.each(databases)("what was sent to a webhook, as its page shows it, on %s", (_, make) => {
  let world: ApiWorld;
  let asha: SignedInPerson;
  let tenant: string;
  let connection: string;
  let add: WebhookTenant["add"];
  let webhook: WebhookTenant["webhook"];
  let happen: WebhookTenant["happen"];
  let sent: WebhookTenant["sent"];
  let answer: WebhookTenant["answer"];
  beforeAll(async () => {
    world = await newApiWorld(await make());
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    ({ tenant, asha, connection, add, webhook, happen, sent, answer } = await newWebhookTenant(world));
  });

  it("shows deliveries newest first, by the page, with what became of each", async () => {
    const id = await add();
    await happen(20);
    await answer(500);
    await happen();
    await answer(500, world.now() + 90_000);
    await happen();
    const [newest, ...others] = [...(await sent(id))].reverse().map(({ sequence }) => sequence);
    const { text } = await asha.open(`/webhooks/${id}`);
    const numbers = (page: string) =>
      [...page.matchAll(/>(\d+) <code>/g)].map(([, number]) => Number(number));
    expect(numbers(text)).toEqual([newest, ...others.slice(0, 14)]);
    expect(text).toContain("A login failed");
    expect(text).toContain(`href="/connections/${connection}">meera &amp; co at Zebu MYNT<`);
    expect(text).toContain('<code>500</code> <span class="soft">Your server has a fault.');
    expect(text).toMatch(/in <time data-ends datetime="[^"]+">1 min 30 s</);
    expect(text).toContain("On its way");
    const [, older = ""] = /<a href="([^"]+)">Older/.exec(text) ?? [];
    const rest = (await asha.open(older)).text;
    expect(numbers(rest)).toEqual(others.slice(14));
    expect([rest.includes(">Older<"), rest.includes(">Newest<")]).toEqual([false, true]);
  });

  it.each([
    [204, "Delivered"],
    [410, "wants none of this"],
    [302, "Redirects are not followed"],
    [418, "refused it"],
  ])("says what an answer of %i means", async (status, says) => {
    const id = await add();
    await happen();
    await answer(status);
    const { text } = await asha.open(`/webhooks/${id}`);
    expect(text).toContain(`<code>${status}</code>`);
    expect(text).toContain(says);
    expect(text.includes("Given up")).toBe(status !== 204);
  });

  it("sends one again, and offers that for none that is on its way", async () => {
    const id = await add();
    await happen(2);
    const [first] = await sent(id);
    const again = `name="sequence" value="${first!.sequence}"`;
    expect((await asha.open(`/webhooks/${id}`)).text).not.toContain(again);
    await answer(500);
    expect((await asha.open(`/webhooks/${id}`)).text).toContain(again);
    const path = `/webhooks/${id}/replay`;
    const done = await asha.send(path, { sequence: String(first!.sequence) });
    expect([done.status, done.headers.location]).toEqual([303, `/webhooks/${id}?said=again`]);
    expect((await sent(id)).map(({ dueAt }) => dueAt !== null)).toEqual([true, false]);
    expect((await asha.send(path, { sequence: "99999" })).status).toBe(404);
  });

  it("sends a range again and says how many, or why not", async () => {
    const id = await add();
    await happen(4);
    await answer(204);
    const [from, , to] = (await sent(id)).map(({ sequence }) => String(sequence));
    const path = `/webhooks/${id}/replay`;
    const done = await asha.send(path, { from: from!, to: to! });
    expect(done.headers.location).toBe(`/webhooks/${id}?said=replayed&count=3`);
    expect((await sent(id)).map(({ dueAt }) => dueAt !== null)).toEqual([true, true, true, false]);
    const { text } = await asha.open(done.headers.location!);
    expect(text).toContain("3 events are on the way again.");
    expect((await asha.send(path, { from: from!, to: "" })).headers.location).toContain("count=1");
    for (const [wrong, says] of [
      [{ from: "x", to: "" }, "whole numbers"],
      [{ from: "0", to: "" }, "whole numbers"],
      [{ from: "9", to: "8" }, "no less than the first"],
    ] as const) {
      const refused = await asha.send(path, wrong);
      expect([refused.status, refused.text.includes(says)]).toEqual([422, true]);
      expect(refused.text).toContain(`value="${wrong.from}"`);
    }
    const forged = (await asha.open(`/webhooks/${id}?said=replayed&count=<b>1&next=%22`)).text;
    expect(forged).not.toMatch(/<b>1|on the way again/);
    const part = (await asha.open(`/webhooks/${id}?said=replayed&count=5&next=77`)).text;
    expect(part).toContain("5 events are on the way again. There are more");
    expect(/<input[^>]*name="from"[^>]*>/.exec(part)?.[0]).toContain('value="77"');
  });

  it("resumes a paused one alone, or with what it missed, and sends nothing before", async () => {
    const id = await add();
    await happen(2);
    await answer(500, world.now() + 90_000);
    const at = world.now();
    await world.store.webhooks.pause(tenant, id, at - 60_000, at);
    const { text } = await asha.open(`/webhooks/${id}`);
    expect(text).toContain("Resume, and send what it missed");
    expect(text).not.toContain(`/webhooks/${id}/replay`);
    for (const form of ["test", "replay"])
      expect((await asha.send(`/webhooks/${id}/${form}`, { from: "1", to: "" })).status).toBe(409);
    const alone = await asha.send(`/webhooks/${id}/resume`);
    expect(alone.headers.location).toBe(`/webhooks/${id}?said=resumed`);
    expect((await sent(id)).map(({ dueAt }) => dueAt)).toEqual([null, null]);
    expect(await webhook(id)).toMatchObject({ pausedAt: null });
    await world.store.webhooks.pause(tenant, id, at - 60_000, at);
    const missed = (await webhook(id)).pausedFrom;
    const whole = await asha.send(`/webhooks/${id}/resume`, { missed: "yes" });
    expect(whole.headers.location).toBe(`/webhooks/${id}?said=replayed&count=${missed === null ? 0 : 2}`);
    expect((await sent(id)).every(({ dueAt }) => dueAt !== null)).toBe(true);
    const actions = (await world.store.audit.newest(tenant, { limit: 9, of: { kind: "webhook", id } })).map(
      ({ action, key }) => `${action} ${key === asha.operator.id}`,
    );
    expect(actions.slice(0, 3)).toEqual([
      "webhook.replay true",
      "webhook.resume true",
      "webhook.resume true",
    ]);
  });

  it("sends a test, whatever the filters say", async () => {
    const id = await add({ types: ["connection.active"] });
    const done = await asha.send(`/webhooks/${id}/test`);
    expect(done.headers.location).toBe(`/webhooks/${id}?said=tested`);
    const { text } = await asha.open(done.headers.location!);
    expect(text).toContain("A test of this webhook");
    expect(await sent(id)).toHaveLength(1);
  });
});
