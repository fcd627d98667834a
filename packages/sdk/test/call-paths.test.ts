import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrokerId, brokers, KunjiError } from "../src/index.js";
import { keys, redirectUri, session, vendorStore } from "./endless-sessions.js";
import { goodPaths, hostilePaths } from "./hostile-paths.js";
import { headersOf, type RawServer, rawServer } from "./raw-server.js";

const ids = Object.keys(keys) as BrokerId[];

let server: RawServer;
beforeAll(async () => {
  server = await rawServer(() => ({ status: 200, body: '{"fine":true}' }));
});
afterAll(() => server.close());

function client(id: BrokerId, fetch?: (url: string, init: RequestInit) => Promise<Response>) {
  const app = { ...keys[id], redirectUri };
  return brokers[id].sandbox(server.origin, app, { vendorStore, ...(fetch && { fetch }) });
}
const prefix = (id: BrokerId) => (id === "autoshares" ? "/autoshares/api" : `/${id}`);

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "it was sent";
  } catch (error) {
    if (!(error instanceof KunjiError)) return `untyped: ${error}`;
    expect(error.message).not.toMatch(/evil|passwd|other\b/);
    return error.code;
  }
}

/** As careless as any server: decodes again and again, takes every slash for one, then resolves. */
function carelessly(pathname: string): string {
  let text = pathname;
  for (let i = 0; i < 10; i++)
    text = text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  const kept: string[] = [];
  for (const part of text.replaceAll("\\", "/").split("/").slice(1)) {
    if (part.replace(/;.*$/, "") === "..") kept.pop();
    else kept.push(part);
  }
  return `/${kept.join("/")}`;
}

describe.each(ids)("%s's calls", (id) => {
  it(`${hostilePaths.length} hostile paths are refused or stay below the broker's base`, async () => {
    const sent: string[] = [];
    const broker = client(id, async (url) => {
      sent.push(url);
      return new Response("{}");
    });
    const seen = { refused: 0, sent: 0 };
    for (const path of hostilePaths) {
      const code = await codeOf(broker.fetch(session(id), path as string));
      expect([path, code]).toEqual([path, expect.stringMatching(/^(?:path_refused|it was sent)$/)]);
      const [url, ...more] = sent.splice(0);
      expect(more).toEqual([]);
      seen[url === undefined ? "refused" : "sent"]++;
      if (url === undefined) continue;
      const { origin, pathname, username } = new URL(url);
      expect([path, origin, username]).toEqual([path, server.origin, ""]);
      expect([path, `${carelessly(pathname)}/`.startsWith(`${prefix(id)}/`)]).toEqual([path, true]);
    }
    expect(hostilePaths.length).toBeGreaterThan(400);
    expect(seen.refused).toBeGreaterThan(200);
  });

  it.each(goodPaths)("a path that is good arrives: %s", async (path, arrives) => {
    server.take();
    const response = await client(id).fetch(session(id), path);
    expect(await response.json()).toEqual({ fine: true });
    const [head = ""] = server.take();
    expect(head.split("\r\n")[0]).toBe(`GET ${prefix(id)}${arrives} HTTP/1.1`);
  });

  it("the caller's headers replace no credential and add none beside it, in any case of letters", async () => {
    const broker = client(id);
    const own = await broker.callHeaders(session(id));
    expect(Object.keys(own).length).toBeGreaterThan(0);
    for (const [name, value] of Object.entries(own))
      for (const spelt of [
        name,
        name.toLowerCase(),
        name.toUpperCase(),
        name.replace(/^./, (c) => c.toUpperCase()),
        [...name].map((c, i) => (i % 2 ? c.toUpperCase() : c.toLowerCase())).join(""),
      ]) {
        server.take();
        await broker.fetch(session(id), "/x", { headers: { [spelt]: "intruder", "X-Trace": "kept" } });
        const [head = ""] = server.take();
        const got = headersOf(head).filter(([sent]) => sent === name.toLowerCase());
        expect(got).toEqual([[name.toLowerCase(), value.reveal()]]);
        expect(head).not.toContain("intruder");
        expect(headersOf(head)).toContainEqual(["x-trace", "kept"]);
      }
  });

  it.each([
    ["a line break in a value", { "x-a": "1\r\nAuthorization: Bearer x" }],
    ["a bare line feed in a value", { "x-a": "1\nx-b: 2" }],
    ["a NUL in a value", { "x-a": "1\0" }],
    ["a letter beyond Latin-1 that ends in a line feed's byte", { "x-a": "1嘊x-b: 2" }],
    ["a blank at a value's end", { "x-a": "1 " }],
    ["a line break in a name", { "x-a\r\nx-b": "1" }],
    ["a blank behind a name", { "authorization ": "1" }],
    ["a colon in a name", { "authorization:": "1" }],
    ["an empty name", { "": "1" }],
    ["a name beyond ASCII", { authorızation: "1" }],
    ["a value that is no text", { "x-a": 7 }],
    ["a value that is a list", { "x-a": ["1", "2"] }],
    ["a length of the caller's own", { "Content-Length": "5" }],
    ["another host", { host: "elsewhere.example" }],
    ["another framing", { "Transfer-Encoding": "chunked" }],
    ["what belongs to the connection", { Connection: "close, x-a" }],
    ["a proxy's header", { "proxy-authorization": "Basic x" }],
  ])("%s is refused before anything is sent", async (_, headers) => {
    server.take();
    const call = client(id).fetch(session(id), "/x", {
      headers: headers as unknown as Record<string, string>,
    });
    expect(await codeOf(call)).toBe("input_invalid");
    expect(server.take()).toEqual([]);
  });

  it.each(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])(
    "the method %s is sent, with a body where it may have one",
    async (method) => {
      server.take();
      const broker = client(id);
      const bodyless = method === "GET" || method === "HEAD";
      expect(await codeOf(broker.fetch(session(id), "/x", { method, body: '{"a":1}' }))).toBe(
        bodyless ? "input_invalid" : "it was sent",
      );
      expect(server.take().map((head) => head.split(" ")[0])).toEqual(bodyless ? [] : [method]);
      if (method !== "HEAD")
        expect(await codeOf(broker.fetch(session(id), "/x", { method }))).toBe("it was sent");
    },
  );

  it.each([
    "get",
    "Post",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "",
    " GET",
    "GET ",
    "GET\n",
    "GET / HTTP/1.1\r\nx: y",
    "POST\0",
    "__proto__",
    null,
    7,
  ])("the method %j is refused before anything is sent", async (method) => {
    server.take();
    expect(await codeOf(client(id).fetch(session(id), "/x", { method: method as string }))).toBe(
      "input_invalid",
    );
    expect(server.take()).toEqual([]);
  });

  it("another broker's session is refused before anything is sent", async () => {
    server.take();
    for (const other of ids.filter((one) => one !== id))
      expect(await codeOf(client(id).fetch(session(other), "/x"))).toBe("input_invalid");
    expect(server.take()).toEqual([]);
    expect(await codeOf(client(id).fetch(session(id), "/x"))).toBe("it was sent");
  });
});
