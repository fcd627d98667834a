import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeConnectLink, readConnectLink } from "../../src/flows/connect-link.js";
import { createConnection, reconnect } from "../../src/flows/connections.js";
import { refreshSession } from "../../src/flows/refresh-session.js";
import { databases } from "../support/databases.js";
import { newWorld, publicUrl, returnUrl, type TestWorld } from "../support/world.js";
import { newBrowser } from "./support/browser.js";
import { connected, newConnection, refusal, rowOf, tokenOf } from "./support/logins.js";

const at = { tenant: "t", broker: "zebu" } as const;
const [[, onFile]] = databases;
let world: TestWorld;

beforeAll(async () => {
  world = await newWorld(await onFile());
  await world.addTenant("t", ["zebu"]);
  await world.addTenant("other", ["zebu"]);
}, 60_000);
afterAll(() => world.close());

const read = (token: string) => readConnectLink(world.ports, token);
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("a link to log in", () => {
  it("leads to its connection and app until its last second", async () => {
    const { connection, link } = await createConnection(world.ports, "t", {
      app: "zebu",
      user: "u1",
      returnUrl,
    });
    expect(link.url.startsWith(`${publicUrl}/connect/`)).toBe(true);
    expect(link.expiresAt).toBe(world.now() + 3_600_000);
    const token = tokenOf(link.url);
    expect(await read(token)).toMatchObject({ connection: { id: connection.id }, app: { id: "zebu" } });
    world.advance(3_599_999);
    expect((await read(token)).connection.id).toBe(connection.id);
    world.advance(1);
    expect(await refusal(read(token))).toBe("link_invalid");
    world.advance(-3_600_000);
  });

  it("is used up by no number of looks at it", async () => {
    const { token } = await newConnection(world, at);
    for (let look = 0; look < 3; look++) expect((await read(token)).app.id).toBe("zebu");
    expect(await newBrowser(world).begin(token)).toContain("client_id=");
  });

  it("is forged by nobody", async () => {
    const { connection, token } = await newConnection(world, at);
    const { connection: foreign } = await newConnection(world, { tenant: "other", broker: "zebu" });
    const [head = "", body = "", signature = ""] = token.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
    const header = JSON.parse(Buffer.from(head, "base64url").toString()) as Record<string, unknown>;
    expect(Object.keys(claims).sort()).toEqual(["c", "exp", "s", "t"]);
    const changed = (change: object) => `${head}.${part({ ...claims, ...change })}.${signature}`;
    const signed = (over: object, by: string) => {
      const text = `${part(over)}.${body}`;
      return `${text}.${createHmac("sha256", by).update(text).digest("base64url")}`;
    };
    const forged = [
      "",
      ".",
      "..",
      "a.b.c",
      token.slice(0, -1),
      `${token}A`,
      ` ${token}`,
      `${head}.${body}.`,
      `${head}.${body}`,
      `${part({ ...header, alg: "none" })}.${body}.`,
      `${part({ ...header, alg: "none" })}.${body}.${signature}`,
      `${part({ ...header, kid: "another" })}.${body}.${signature}`,
      `${part({ alg: "HS256" })}.${body}.${signature}`,
      signed(header, ""),
      signed(header, String(header.kid)),
      signed({ ...header, alg: "HS512" }, "x"),
      changed({ c: foreign.id }),
      changed({ t: "other", c: foreign.id }),
      changed({ t: "other" }),
      changed({ s: 1 }),
      changed({ exp: Number(claims.exp) + 1 }),
      changed({ exp: undefined }),
      "A".repeat(100_000),
      "\0",
    ];
    for (const text of forged) expect(await refusal(read(text))).toBe("link_invalid");
    expect((await read(token)).connection.id).toBe(connection.id);
  });

  it("works until somebody has logged in, and through renewals of the session", async () => {
    const active = await connected(world, at);
    const before = await makeConnectLink(world.ports, { ...active, startedAt: null }, 600_000);
    const now = await makeConnectLink(world.ports, active, 600_000);
    expect(await refusal(read(tokenOf(before.url)))).toBe("link_invalid");
    expect((await read(tokenOf(now.url))).connection.id).toBe(active.id);
    const renewed = await refreshSession(world.ports, "t", active.id, active.generation);
    expect(renewed.generation).toBe(active.generation + 1);
    expect((await read(tokenOf(now.url))).connection.id).toBe(active.id);
  });

  it("ends with its connection and with its tenant", async () => {
    const { connection, token } = await newConnection(world, at);
    await world.addTenant("leaving", []);
    await read(token);
    const closed = await world.store.connections.close("t", connection.id, world.now());
    if (!closed) throw new Error("not closed");
    expect(await refusal(read(token))).toBe("link_invalid");
    const after = await makeConnectLink(world.ports, closed, 60_000);
    expect(await refusal(read(tokenOf(after.url)))).toBe("link_invalid");
    const theirs = await newConnection(world, { tenant: "other", broker: "zebu" });
    expect((await read(theirs.token)).connection.id).toBe(theirs.connection.id);
    await world.store.tenants.end("other", world.now());
    expect(await refusal(read(theirs.token))).toBe("link_invalid");
  });
});

describe("a connection", () => {
  const create = (change: object) =>
    createConnection(world.ports, "t", { app: "zebu", user: "u1", returnUrl, ...change });

  it.each([
    ["a user of no letters", { user: "" }, "request_invalid"],
    ["a user of blanks", { user: "   " }, "request_invalid"],
    ["a user of 201 letters", { user: "x".repeat(201) }, "request_invalid"],
    ["a user with a line break", { user: "a\nb" }, "request_invalid"],
    ["a user with a turned direction", { user: "a\u202eb" }, "request_invalid"],
    ["a user with half a character", { user: "a\ud800" }, "request_invalid"],
    ["an unprintable account", { expectedAccount: "\0" }, "request_invalid"],
    ["an unknown app", { app: "ventura" }, "not_found"],
    ["another's return URL", { returnUrl: "https://evil.example" }, "return_url_unregistered"],
  ])("is not made for %s", async (_name, change, code) => {
    const before = (await world.store.connections.list("t", {}, { limit: 1000 })).items.length;
    expect(await refusal(create(change))).toBe(code);
    expect((await world.store.connections.list("t", {}, { limit: 1000 })).items).toHaveLength(before);
  });

  it("is made for 200 letters of any script", async () => {
    for (const user of ["x".repeat(200), "अनुज 😀", "a b"])
      expect((await create({ user })).connection.user).toBe(user);
  });

  it("is not another tenant's to log in again", async () => {
    const { connection } = await create({});
    const again = (tenant: string, id: string) => reconnect(world.ports, tenant, { connection: id });
    expect(await refusal(again("other", connection.id))).toBe("not_found");
    expect(await refusal(again("t", "con_x"))).toBe("not_found");
    expect((await again("t", connection.id)).connection.id).toBe(connection.id);
    await world.store.connections.close("t", connection.id, world.now());
    expect(await refusal(again("t", connection.id))).toBe("connection_closed");
  });

  it("takes another of its app's return URLs when it is logged in again", async () => {
    const second = "https://app.example/second";
    const app = await world.store.apps.get("t", "zebu");
    if (!app) throw new Error("no app");
    await world.store.apps.put("t", { ...app, returnUrls: [returnUrl, second], at: world.now() });
    const { connection } = await create({});
    const wanted = { connection: connection.id, returnUrl: second };
    expect((await reconnect(world.ports, "t", wanted)).connection.returnUrl).toBe(second);
    expect((await rowOf(world, connection)).returnUrl).toBe(second);
    const foreign = { ...wanted, returnUrl: `${second}/` };
    expect(await refusal(reconnect(world.ports, "t", foreign))).toBe("return_url_unregistered");
    expect((await rowOf(world, connection)).returnUrl).toBe(second);
  });
});
