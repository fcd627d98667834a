import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { recordEvent } from "../../src/flows/record-event.js";
import { addWebhook, webhookSlot } from "../../src/flows/webhooks.js";
import type { Delivery, Webhook } from "../../src/ports/webhooks.js";
import { newConnection } from "../connect/support/logins.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

const url = "https://app.example/kunji";
const onceOf = (text: string): string => /id="once">([^<]+)</.exec(text)?.[1] ?? "";

describe.each(databases)("the webhooks' pages on %s", (_, make) => {
  let world: ApiWorld;
  let asha: SignedInPerson;
  let ravi: SignedInPerson;
  let tenant: string;
  let connection: string;
  let tenants = 0;
  beforeAll(async () => {
    world = await newApiWorld(await make());
    await world.addTenant("other", ["zebu"]);
    ravi = await signedIn(world, "other");
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = `t${tenants++}`;
    await world.addTenant(tenant, ["zebu", "nuvama"]);
    asha = await signedIn(world, tenant);
    connection = (await newConnection(world, { tenant, broker: "zebu" }, { user: "meera & co" })).connection
      .id;
  });

  const add = async (wish: Partial<Parameters<typeof addWebhook>[2]> = {}) =>
    (await addWebhook(world.ports, tenant, { url, ...wish }, null)).webhook.id;
  const webhook = async (id: string): Promise<Webhook> => (await world.store.webhooks.get(tenant, id))!;
  const happen = async (count = 1) => {
    for (let i = 0; i < count; i++)
      await world.store.transaction((parts) =>
        recordEvent(parts, world.ports, tenant, {
          type: "connection.login_failed",
          connection,
          data: { reason: "login_denied" },
        }),
      );
  };
  /** The deliveries of a webhook, oldest first. */
  const sent = (id: string): Promise<readonly Delivery[]> =>
    world.store.webhooks.deliveries(tenant, id, 0, 100);
  /** Writes down what its receiver answered to all that is due. */
  async function answer(status: number, dueAt: number | null = null): Promise<void> {
    const wish = { owner: "test", ms: 60_000, now: world.now(), limit: 100, notTo: [] };
    // Of a connection's events one at a time is on its way.
    for (;;) {
      const claimed = await world.store.dueWork.claimDeliveries(wish);
      if (claimed.length === 0) return;
      for (const { delivery } of claimed) {
        const deliveredAt = status < 300 ? world.now() : null;
        const { webhook: id, sequence } = delivery;
        await world.store.webhooks.settle(tenant, id, sequence, "test", { status, deliveredAt, dueAt });
      }
    }
  }
  let words = 0;
  const newWord = () => String(words++).padStart(43, "x");
  const form = (
    fields: readonly (readonly [string, string])[],
    path = "/webhooks",
    once: string = newWord(),
  ) =>
    world.call("POST", path, {
      body: new URLSearchParams([...fields.map((field) => [...field]), ["once", once]]).toString(),
      headers: {
        cookie: `kunji_operator=${asha.cookie}`,
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": "same-origin",
        accept: "text/html",
      },
    });

  it("says what a webhook is where there is none, and how to add one", async () => {
    const { status, text } = await asha.open("/webhooks");
    expect([status, text.includes("No webhook yet")]).toEqual([200, true]);
    expect(text).toContain('action="/webhooks"');
  });

  it("adds one however often its form is sent, another by a new form, and lets a refused form be mended", async () => {
    const live = async () => (await world.store.webhooks.list(tenant, { limit: 9 })).items.length;
    const wordOn = (text: string) => /name="once" value="(\w+)"/.exec(text)?.[1] ?? "";
    const page = (await asha.open("/webhooks")).text;
    const once = wordOn(page);
    const sendIt = (address: string, word = once) => form([["url", address]], "/webhooks", word);
    expect([(await sendIt("nothing")).status, await live()]).toEqual([422, 0]);
    const tries = await Promise.all([1, 2, 3].map(() => sendIt(url)));
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const again = await sendIt(url);
    expect([again.status, await live()]).toEqual([409, 1]);
    expect(again.text).toContain("the webhook was made then: nothing was made now");
    expect(again.text).toContain('href="/webhooks">Go to the webhooks');
    expect(onceOf(again.text)).toBe("");
    const next = wordOn((await asha.open("/webhooks")).text);
    expect([(await sendIt(url, next)).status, await live()]).toEqual([201, 2]);
    expect((await asha.send("/webhooks", { url })).status).toBe(400);
  });

  it("adds one with the filters that are ticked, and shows its secret once", async () => {
    const made = await form([
      ["url", ` ${url} `],
      ["types", "connection.active"],
      ["types", "connection.login_needed"],
      ["apps", "zebu"],
      ["users", " u1 \r\n\r\nu2\r\n"],
    ]);
    expect(made.status).toBe(201);
    const secret = onceOf(made.text);
    const [row] = (await world.store.webhooks.list(tenant, { limit: 2 })).items;
    expect(row).toMatchObject({
      url,
      types: ["connection.active", "connection.login_needed"],
      apps: ["zebu"],
      brokers: null,
      users: ["u1", "u2"],
    });
    expect(world.ports.vault.open(webhookSlot(tenant, row!.id), row!.sealedSecret).reveal()).toBe(secret);
    for (const path of ["/webhooks", `/webhooks/${row!.id}`]) {
      const { text } = await asha.open(path);
      expect(text.includes(secret)).toBe(false);
      expect(text).toContain("A connection is active, a login is needed; only of apps zebu, users u1, u2");
    }
    const records = await world.store.audit.newest(tenant, {
      limit: 1,
      of: { kind: "webhook", id: row!.id },
    });
    expect(records).toMatchObject([{ action: "webhook.add", key: asha.operator.id }]);
  });

  it.each([
    ["an address that is none", [["url", "app.example"]], "url"],
    ["a type that is none", [["types", "connection.sold"]], "types"],
    ["a broker that is none", [["brokers", "moon"]], "brokers"],
    ["a user whose name is too long", [["users", "u".repeat(201)]], "users"],
  ] as const)("says %s at its field, and keeps the rest", async (_what, fields, field) => {
    const given = [
      ["url", url],
      ["types", "connection.active"],
      ["users", "kept-user"],
    ] as const;
    const typed = given.filter(([name]) => name !== field);
    const refused = await form([...typed, ...fields]);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(`id="f-${field}-wrong"`);
    if (field !== "url") expect(refused.text).toContain(`value="${url}"`);
    if (field !== "users") expect(refused.text).toContain("kept-user");
    if (field !== "types") expect(refused.text).toMatch(/value="connection.active" checked/);
    expect((await world.store.webhooks.list(tenant, { limit: 2 })).items).toEqual([]);
    expect((await form(given)).status).toBe(201);
  });

  it("tells each one's state, and keeps those that have ended apart", async () => {
    const ids = [await add(), await add(), await add(), await add(), await add()] as const;
    const at = world.now();
    await world.store.webhooks.noteOutcome(tenant, ids[1], { taken: true, since: at, at });
    await world.store.webhooks.noteOutcome(tenant, ids[2], { taken: false, since: at, at });
    await world.store.webhooks.pause(tenant, ids[3], at, at);
    await world.store.webhooks.end(tenant, ids[4], at);
    const { text } = await asha.open("/webhooks");
    const stateOf = (id: string, page: string) =>
      new RegExp(`href="/webhooks/${id}"[\\s\\S]+?class="status[^>]*>([^<]+)<`).exec(page)?.[1];
    expect(ids.map((id) => stateOf(id, text))).toEqual([
      "Nothing sent yet",
      "Working",
      "Failing",
      "Paused",
      undefined,
    ]);
    const { text: ended } = await asha.open("/webhooks?ended=1");
    expect(ids.map((id) => stateOf(id, ended))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      "Ended",
    ]);
    expect(ended).not.toContain('<form class="filled"');
  });

  it("shows every one that lives, however many have ended, and pages through those", async () => {
    for (let i = 0; i < 60; i++) await world.store.webhooks.end(tenant, await add(), world.now());
    const live = await add();
    const { text } = await asha.open("/webhooks");
    expect(text).toContain(`/webhooks/${live}`);
    expect(text.match(/class="hook-row"/g)).toHaveLength(1);
    const first = (await asha.open("/webhooks?ended=1")).text;
    const [, next = ""] = /<a href="([^"]+)">More webhooks/.exec(first) ?? [];
    const rest = (await asha.open(next.replaceAll("&amp;", "&"))).text;
    const shown = (page: string) => page.match(/href="\/webhooks\/whk_[0-9a-f]+"/g) ?? [];
    expect([shown(first).length, shown(rest).length]).toEqual([50, 10]);
    expect(new Set([...shown(first), ...shown(rest)]).size).toBe(60);
  });

  it("shows deliveries newest first, by the page, with what became of each", async () => {
    const id = await add();
    await happen(25);
    await answer(500);
    await happen();
    await answer(500, world.now() + 90_000);
    await happen();
    const [newest, ...others] = [...(await sent(id))].reverse().map(({ sequence }) => sequence);
    const { text } = await asha.open(`/webhooks/${id}`);
    const numbers = (page: string) =>
      [...page.matchAll(/>(\d+) <code>/g)].map(([, number]) => Number(number));
    expect(numbers(text)).toEqual([newest, ...others.slice(0, 24)]);
    expect(text).toContain("A login failed");
    expect(text).toContain(`href="/connections/${connection}">meera &amp; co at Zebu MYNT<`);
    expect(text).toContain('<code>500</code> <span class="soft">Your server has a fault.');
    expect(text).toMatch(/in <time data-ends datetime="[^"]+">1 min 30 s</);
    expect(text).toContain("On its way");
    const [, older = ""] = /<a href="([^"]+)">Older/.exec(text) ?? [];
    const rest = (await asha.open(older)).text;
    expect(numbers(rest)).toEqual(others.slice(24));
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

  it("changes address and filters, and takes away those that nothing is ticked of", async () => {
    const id = await add({ types: ["connection.active"], users: ["u1"] });
    const path = `/webhooks/${id}/change`;
    expect(
      (
        await form(
          [
            ["url", url],
            ["brokers", "zebu"],
          ],
          path,
        )
      ).headers.get("location"),
    ).toContain("said=changed");
    expect(await webhook(id)).toMatchObject({ url, types: null, users: null, brokers: ["zebu"] });
    const refused = await form(
      [
        ["url", "ftp://x"],
        ["users", "kept-user"],
      ],
      path,
    );
    expect([refused.status, refused.text.includes("kept-user")]).toEqual([422, true]);
    expect(refused.text).toContain('<details class="end" open>');
    expect(await webhook(id)).toMatchObject({ url, users: null });
    await form(
      [
        ["url", "https://new.example/"],
        ["users", "u2"],
      ],
      path,
    );
    expect(await webhook(id)).toMatchObject({ url: "https://new.example/", users: ["u2"] });
    const [newest] = await world.store.audit.newest(tenant, { limit: 1, of: { kind: "webhook", id } });
    expect(newest).toMatchObject({ action: "webhook.change", key: asha.operator.id });
  });

  it("ends one, and then shows it with nothing left to do", async () => {
    const id = await add();
    await happen();
    expect((await asha.send(`/webhooks/${id}/end`)).headers.location).toBe("/webhooks?said=ended");
    const { status, text } = await asha.open(`/webhooks/${id}`);
    expect([status, text.includes("It ended")]).toEqual([200, true]);
    expect(text.match(/<form/g)).toHaveLength(1);
    for (const form of ["test", "resume"])
      expect((await asha.send(`/webhooks/${id}/${form}`)).status).toBe(409);
  });

  it("answers for another tenant's webhook as for none, whatever is sent, and changes nothing", async () => {
    const id = await add();
    await happen();
    const before = [await webhook(id), await sent(id)];
    for (const each of [id, "whk_nowhere"])
      for (const path of ["", "/change", "/test", "/replay", "/resume", "/end"]) {
        const fields = { url: "https://evil.example/", sequence: "1" };
        const answer =
          path === ""
            ? await ravi.open(`/webhooks/${each}`)
            : await ravi.send(`/webhooks/${each}${path}`, fields);
        expect([each, path, answer.status]).toEqual([each, path, 404]);
      }
    expect([await webhook(id), await sent(id)]).toEqual(before);
    expect((await ravi.open("/webhooks")).text).not.toContain(id);
    expect((await asha.open(`/webhooks/${id}`)).status).toBe(200);
  });
});
