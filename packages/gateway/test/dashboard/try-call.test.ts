import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { indentedJson } from "../../src/domain/indented-json.js";
import { type ApiWorld, newApiWorld, withTenant } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { allBrokers } from "../support/world.js";
import { connectOwnAccount } from "./support/own-login.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

const order = "/NorenWClientAPI/PlaceOrder";
const orderBody =
  '{"uid":"ZP0001","exch":"NSE","tsym":"ACC-EQ","qty":"1","prctyp":"MKT","trantype":"B","prd":"C","ret":"DAY"}';

let world: ApiWorld;
let person: SignedInPerson;
let zebu: string;
beforeAll(async () => {
  const [[, onFile]] = databases;
  world = await newApiWorld(await onFile());
  await withTenant(world, "other", ["rmoney"]);
  await withTenant(world, "acme", allBrokers);
  person = await signedIn(world, "acme", "asha");
  zebu = await connectOwnAccount(world, person, "zebu");
});
afterAll(() => world.close());

/** The word that tells the form on a connection's page from any other. */
const onceOn = (text: string) => /name="once" value="(\w+)"/.exec(text)?.[1] ?? "";
const onceAt = async (id: string) => onceOn((await person.open(`/connections/${id}`)).text);
async function send(id: string, fields: Readonly<Record<string, string>>, by = person) {
  const given = { method: "POST", path: order, body: orderBody, once: await onceAt(id), ...fields };
  return by.send(`/connections/${id}/call`, given);
}
const received = async (path: string) =>
  (await world.ledger("zebu")).filter((entry) => JSON.stringify(entry).includes(path)).length;
const decoded = (text: string) =>
  text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&");
const outcome = (text: string) =>
  text.slice(text.indexOf('id="answer"'), text.indexOf("</section>", text.indexOf('id="answer"')));

describe.each(allBrokers)("the box to try a call at %s", (broker) => {
  it("holds the broker's first call for the connection's own account, which it answers", async () => {
    const id = broker === "zebu" ? zebu : await connectOwnAccount(world, person, broker);
    const { text } = await person.open(`/connections/${id}`);
    const { account } = (await world.store.connections.get("acme", id)) ?? {};
    const path = decoded(/name="path"[^>]* value="([^"]*)"/.exec(text)?.[1] ?? "");
    const body = decoded(/<textarea[^>]*>([^<]*)</.exec(text)?.[1] ?? "");
    const method = /<option selected[^>]*>(\w+)/.exec(text.slice(text.indexOf('name="method"')))?.[1] ?? "";
    const { firstCall } = world.ports.brokers.traits[broker];
    expect(method).toBe(firstCall.method);
    if (firstCall.account) expect(path + body).toContain(account);
    const answered = await person.send(`/connections/${id}/call`, { method, path, body, once: onceOn(text) });
    expect(answered.status).toBe(200);
    const { name } = world.ports.brokers.traits[broker];
    expect(outcome(answered.text)).toMatch(
      new RegExp(`<strong>200 OK</strong>, answered by ${name} in \\d+ ms`),
    );
    expect(outcome(answered.text)).toMatch(/<code>application\/json/);
    expect(outcome(answered.text)).toMatch(/<pre[^>]*>[{[]\n {2}/);
  });
});

describe("an order that is typed into it", () => {
  it("goes out with its tick alone, and the form keeps what was typed, but for the tick", async () => {
    const before = await received(order);
    const untold = await send(zebu, {});
    expect(untold.status).toBe(422);
    expect(outcome(untold.text)).toContain("tick “This may send an order” to send it");
    expect(decoded(untold.text)).toContain(orderBody);
    expect(untold.text).toContain(`value="${order}"`);
    expect(await received(order)).toBe(before);
    const told = await send(zebu, { order: "yes" });
    expect([told.status, await received(order)]).toEqual([200, before + 1]);
    expect(decoded(told.text)).toContain(orderBody);
    expect(told.text).not.toMatch(/id="call-order"[^>]*checked/);
  });

  it("goes out once, however often its form is sent, and again with a new one", async () => {
    const once = await onceAt(zebu);
    const before = await received(order);
    const tries = await Promise.all([1, 2, 3].map(() => send(zebu, { order: "yes", once })));
    expect(tries.map(({ status }) => status).sort()).toEqual([200, 422, 422]);
    expect(await received(order)).toBe(before + 1);
    const again = await send(zebu, { order: "yes", once });
    expect(outcome(again.text)).toContain("an order goes out once: nothing was sent now");
    expect(await received(order)).toBe(before + 1);
    await send(zebu, { order: "yes", once: onceOn(again.text) });
    expect(await received(order)).toBe(before + 2);
  });

  it("stands in the audit under the operator's name, by its kind and path, and without what it holds", async () => {
    const ofCalls = async () =>
      (await world.store.audit.newest("acme", { limit: 50, of: { kind: "connection", id: zebu } })).filter(
        ({ action }) => action === "connection.call",
      );
    const before = (await ofCalls()).length;
    await send(zebu, { method: "POST", path: "/NorenWClientAPI/GetQuotes", body: '{"uid":"ZP0001"}' });
    await send(zebu, {});
    expect((await ofCalls()).length).toBe(before);
    const once = await onceAt(zebu);
    await send(zebu, { order: "yes", once });
    await send(zebu, { order: "yes", once });
    await send(zebu, {
      order: "yes",
      path: "/NorenWClientAPI/Whatever/of-mine?key=k1",
      body: '{"pin":"p1"}',
    });
    const told = (await ofCalls()).slice(0, -before || undefined);
    expect(told.map(({ key, facts }) => [key, JSON.parse(facts ?? "")])).toEqual([
      [person.operator.id, { call: "order", path: "unknown" }],
      [person.operator.id, { call: "order", path: order }],
    ]);
    const { text } = await person.open(`/connections/${zebu}/audit`);
    expect(text.replace(/<[^>]*>/g, "")).toContain(
      `asha tried a call that may order with this connection: ${order}.`,
    );
  });

  it("is anything that isn't a known look: by another method, or at a path that nobody knows", async () => {
    const quotes = "/NorenWClientAPI/GetQuotes";
    const other = await send(zebu, { method: "GET", path: quotes, body: "" });
    expect(outcome(other.text)).toContain("Zebu MYNT is known to take this path for a look by POST.");
    const unknown = await send(zebu, { path: "/NorenWClientAPI/Whatever", body: "{}" });
    expect([unknown.status, await received("Whatever")]).toEqual([422, 0]);
    expect(outcome(unknown.text)).not.toContain("is known to take");
  });
});

describe("what the box never does", () => {
  it("sends a login, a token or a logout, whatever is ticked", async () => {
    const before = (await world.ledger("zebu")).length;
    for (const path of ["/NorenWClientAPI/Logout", "/NorenWClientAPI/GenAcsTok"]) {
      const answer = await send(zebu, { path, body: "{}", order: "yes" });
      expect([answer.status, outcome(answer.text)]).toEqual([
        422,
        expect.stringContaining("are never forwarded"),
      ]);
    }
    expect((await world.ledger("zebu")).length).toBe(before);
  });

  it("takes a form from another site, or from a tenant that isn't the connection's", async () => {
    const before = (await world.ledger("zebu")).length;
    const fields = { method: "POST", path: order, body: orderBody, order: "yes", once: "x".repeat(43) };
    const cross = await person.send(`/connections/${zebu}/call`, fields, { "sec-fetch-site": "cross-site" });
    const stranger = await signedIn(world, "other", "zoe");
    const foreign = await stranger.send(`/connections/${zebu}/call`, fields);
    const nothing = await stranger.send("/connections/con_nothing/call", fields);
    expect([cross.status, foreign.status, nothing.status]).toEqual([403, 404, 404]);
    const words = ({ text }: { text: string }) =>
      text.replace(/req_\w+/g, "").replace(/data-now="[^"]*"/, "");
    expect(words(foreign)).toBe(words(nothing));
    expect((await world.ledger("zebu")).length).toBe(before);
  });

  it("shows markup that was typed as anything but text", async () => {
    const hostile = `"><script>alert(1)</script>`;
    const { text } = await send(zebu, { path: `/${hostile}`, body: `</textarea>${hostile}` });
    const main = text.slice(text.indexOf("<main"));
    expect(main).toContain("&lt;script&gt;");
    expect(main).not.toContain("<script");
    expect(outcome(main)).toContain("path_refused");
  });

  it("calls where there is no session, or for a connection that has ended", async () => {
    const made = await person.send("/connections/connect", { app: "rmoney" });
    expect(made.status).toBe(303);
    const { items } = await world.store.connections.list(
      "acme",
      { app: "rmoney", status: "new" },
      { limit: 5 },
    );
    const { id = "" } = items[0] ?? {};
    const page = await person.open(`/connections/${id}`);
    expect(page.text).toContain("There is no session to call with: somebody must log in first.");
    const answer = await person.send(`/connections/${id}/call`, {
      method: "GET",
      path: "/x",
      once: "x".repeat(43),
    });
    expect([answer.status, outcome(answer.text)]).toEqual([422, expect.stringContaining("login_needed")]);
  });
});

it("leads whoever loads the answer's address again to the connection", async () => {
  for (const form of ["call", "link", "end"])
    expect((await person.open(`/connections/${zebu}/${form}`)).headers.location).toBe(`/connections/${zebu}`);
});

describe("JSON with a line for each value", () => {
  it("says what it said, to the letter", () => {
    expect(
      indentedJson('{"id":12345678901234567890,"e":[],"o":{},"n":1.0,"t":"a\\"b{,}: c","a":[1,{"b":null}]}'),
    ).toBe(
      [
        "{",
        '  "id": 12345678901234567890,',
        '  "e": [],',
        '  "o": {},',
        '  "n": 1.0,',
        '  "t": "a\\"b{,}: c",',
        '  "a": [',
        "    1,",
        "    {",
        '      "b": null',
        "    }",
        "  ]",
        "}",
      ].join("\n"),
    );
    expect(indentedJson(" 12 ")).toBe("12");
    expect(indentedJson("<html>")).toBeUndefined();
  });
});
