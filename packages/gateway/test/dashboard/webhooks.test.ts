import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { webhookSlot } from "../../src/flows/webhooks.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";
import { newWebhookTenant, url, type WebhookTenant } from "./support/webhook-tenant.js";

const onceOf = (text: string): string => /id="once">([^<]+)</.exec(text)?.[1] ?? "";

describe.each(databases)("the webhooks' pages on %s", (_, make) => {
  let world: ApiWorld;
  let asha: SignedInPerson;
  let ravi: SignedInPerson;
  let tenant: string;
  let add: WebhookTenant["add"];
  let webhook: WebhookTenant["webhook"];
  let happen: WebhookTenant["happen"];
  let sent: WebhookTenant["sent"];
  let form: WebhookTenant["form"];
  beforeAll(async () => {
    world = await newApiWorld(await make());
    await world.addTenant("other", ["zebu"]);
    ravi = await signedIn(world, "other");
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    ({ tenant, asha, add, webhook, happen, sent, form } = await newWebhookTenant(world));
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
    expect([shown(first).length, shown(rest).length]).toEqual([25, 25]);
    expect(new Set([...shown(first), ...shown(rest)]).size).toBe(50);
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
