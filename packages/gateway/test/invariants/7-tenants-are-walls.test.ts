import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyRoutes } from "../http/support/route-table.js";
import { returnUrl } from "../support/world.js";
import { type WholeOnDatabase, wholeGateways } from "./support/both-databases.js";
import {
  askLink,
  begin,
  codeOf,
  comeBack,
  confirm,
  connect,
  finish,
  ledger,
  logIn,
} from "./support/journey.js";
import type { Answer } from "./support/whole-gateway.js";

const tenants = ["desk-1", "desk-2"] as const;
type Tenant = (typeof tenants)[number];
const quotes = "NorenWClientAPI/GetQuotes";

describe.each(wholeGateways)("tenants are walls, on %s", (_, open) => {
  let whole: WholeOnDatabase;
  const keys = new Map<Tenant, string>();
  const handles = new Map<Tenant, string>();
  beforeAll(async () => {
    whole = await open();
    const { redirect_url: _, ...own } = whole.presets.zebu.apps.gateway;
    for (const id of tenants) {
      const { api_key } = (await whole.ask("POST", "/v1/tenants", { body: { id, name: id } })).json;
      keys.set(id, api_key.key);
      const body = { broker: "zebu", environment: "sandbox", keys: own, return_urls: [returnUrl] };
      const { callback_url } = (await as(id, "PUT", "/v1/apps/zebu", body)).json;
      handles.set(id, callback_url.split("/").at(-1));
    }
  }, 60_000);
  afterAll(() => whole.close());

  const as = (tenant: Tenant, method: string, path: string, body?: unknown) =>
    whole.ask(method, path, { key: keys.get(tenant) ?? "", ...(body !== undefined && { body }) });

  /** Registers this tenant's callback at the broker, then does the work of one login there. */
  async function atBroker<T>(tenant: Tenant, work: () => Promise<T>): Promise<T> {
    const redirect_url = `http://127.0.0.1:4700/callback/zebu/${handles.get(tenant)}`;
    await whole.sandbox("POST", "/zebu/portal/apps/zebu-gateway", { redirect_url });
    return work();
  }
  const connected = (tenant: Tenant) =>
    atBroker(tenant, () => connect(whole, "zebu", { key: keys.get(tenant) ?? "" }));

  /** One thing of each kind of a tenant's. */
  async function ownThings(tenant: Tenant): Promise<Readonly<Record<string, string>>> {
    const hook = await as(tenant, "POST", "/v1/webhooks", { url: "https://app.example/hook" });
    const key = await as(tenant, "POST", "/v1/keys", { name: "own", scopes: ["read"] });
    return { connections: await connected(tenant), webhooks: hook.json.id, keys: key.json.id };
  }

  const facts = ({ status, json }: Answer) => [status, { ...json, request_id: undefined }];

  it("answers another tenant's id on every route like one that does not exist, and sends nothing to the broker", async () => {
    const things = await ownThings("desk-1");
    const link = await askLink(whole, "zebu", { key: keys.get("desk-1") ?? "" });
    const code = await atBroker("desk-1", async () => codeOf(await logIn(whole, "zebu", link)));
    const bodies: Readonly<Record<string, unknown>> = {
      "POST /v1/connections/:id/confirm": { code, user: "asha" },
      "PATCH /v1/connections/:id": { egress: null },
      "PATCH /v1/webhooks/:id": { users: ["asha"] },
      "POST /v1/webhooks/:id/replay": { from: 1 },
      "POST /v1/connections/:id/proxy/*": { uid: "ZP0001", exch: "NSE", token: "2885" },
    };
    const kindOf = (path: string) => /^\/v1\/(\w+)\/:id/.exec(path)?.[1] ?? "";
    const routes = keyRoutes
      .filter(([, path]) => kindOf(path) in things)
      .filter(([method, path]) => path.endsWith("*") === false || method === "POST")
      // What ends a thing comes last, so that it spoils no control.
      .sort(([a], [b]) => Number(a === "DELETE") - Number(b === "DELETE"));
    expect(routes).toHaveLength(14);
    for (const [method, path] of routes) {
      const kind = kindOf(path);
      const id = path.endsWith("/confirm") ? link.id : (things[kind] ?? "");
      const at = (named: string) => path.replace(":id", named).replace("*", quotes);
      const body = bodies[`${method} ${path}`];
      const before = await ledger(whole, "zebu");
      const foreign = await as("desk-2", method, at(id), body);
      expect([method, path, foreign.status, foreign.json.code]).toEqual([method, path, 404, "not_found"]);
      expect(facts(foreign)).toEqual(facts(await as("desk-2", method, at("con_nobody"), body)));
      expect(await ledger(whole, "zebu")).toEqual(before);
      const own = await as("desk-1", method, at(id), body);
      expect([method, path, own.status < 300]).toEqual([method, path, true]);
    }
  });

  it("does so for ids in a body, and for an app that only another tenant has", async () => {
    const id = await connected("desk-1");
    expect((await as("desk-2", "POST", "/v1/connections", { connection: id })).json.code).toBe("not_found");
    expect((await as("desk-1", "POST", "/v1/connections", { connection: id })).status).toBe(201);
    const { redirect_url: _, ...own } = whole.presets.zebu.apps.gateway;
    const body = { broker: "zebu", environment: "sandbox", keys: own, return_urls: [returnUrl] };
    await as("desk-1", "PUT", "/v1/apps/only-here", body);
    const wanted = { app: "only-here", user: "asha", return_url: returnUrl };
    expect((await as("desk-2", "POST", "/v1/connections", wanted)).status).toBe(404);
    expect((await as("desk-1", "POST", "/v1/connections", wanted)).status).toBe(201);
    expect((await as("desk-2", "GET", "/v1/apps/only-here")).status).toBe(404);
    expect((await as("desk-1", "GET", "/v1/apps/only-here")).status).toBe(200);
  });

  it("lists a tenant its own and nothing else", async () => {
    for (const tenant of tenants) {
      await ownThings(tenant);
      await askLink(whole, "zebu", { key: keys.get(tenant) ?? "" });
    }
    for (const list of ["connections", "webhooks", "keys", "events", "readiness?at=2030-01-01T00:00:00Z"]) {
      const [mine, theirs] = [
        (await as("desk-1", "GET", `/v1/${list}`)).json.items,
        (await as("desk-2", "GET", `/v1/${list}`)).json.items,
      ];
      const idOf = (item: { id?: string; connection?: string }) => item.id ?? item.connection;
      expect([list, mine.length > 0, theirs.length > 0]).toEqual([list, true, true]);
      expect(mine.map(idOf).filter((id: string) => theirs.map(idOf).includes(id))).toEqual([]);
    }
    expect((await as("desk-1", "GET", "/v1/tenants")).status).toBe(403);
    expect((await whole.ask("GET", "/v1/tenants")).json.items.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining([...tenants]),
    );
  });

  it("finishes a login at its own tenant's callback alone, and redeems its code with its own tenant's key", async () => {
    const key = keys.get("desk-1") ?? "";
    const link = await askLink(whole, "zebu", { key });
    const person = whole.person();
    const callback = await atBroker("desk-1", async () => comeBack(whole, "zebu", await begin(person, link)));
    const elsewhere = callback.replace(handles.get("desk-1") ?? "", handles.get("desk-2") ?? "");
    const cookie = person.jar.get(`kunji_${handles.get("desk-1")}`) ?? "";
    person.jar.set(`kunji_${handles.get("desk-2")}`, cookie);
    const before = await ledger(whole, "zebu");
    expect((await person.open(elsewhere)).status).toBe(400);
    expect(await ledger(whole, "zebu")).toEqual(before);
    const code = codeOf(await finish(person, callback));
    expect(code).toBeDefined();
    expect((await confirm(whole, link, code, { key: keys.get("desk-2") ?? "" })).status).toBe(404);
    expect((await confirm(whole, link, code, { key })).json.status).toBe("active");
  });

  it("keeps an app of the same id apart: its keys, its return URLs and its connections", async () => {
    const id = await connected("desk-1");
    const body = {
      broker: "zebu",
      environment: "sandbox",
      keys: { client_id: "OTHER", secret_key: "other" },
      return_urls: ["https://other.example/back"],
    };
    expect((await as("desk-2", "PUT", "/v1/apps/zebu", body)).status).toBe(200);
    expect((await as("desk-1", "GET", "/v1/apps/zebu")).json.return_urls).toEqual([returnUrl]);
    expect((await as("desk-1", "GET", `/v1/connections/${id}/session`)).status).toBe(200);
    expect(await connected("desk-1")).not.toBe(id);
  });

  it("ends a tenant's keys with it, and nobody else's", async () => {
    const { json } = await whole.ask("POST", "/v1/tenants", { body: { id: "desk-3", name: "Desk three" } });
    const { key } = json.api_key;
    expect((await whole.ask("GET", "/v1/connections", { key })).status).toBe(200);
    expect((await as("desk-1", "DELETE", "/v1/tenants/desk-3")).status).toBe(403);
    expect((await whole.ask("GET", "/v1/connections", { key })).status).toBe(200);
    expect((await whole.ask("DELETE", "/v1/tenants/desk-3")).status).toBe(204);
    whole.moveMonotonic(1_001);
    expect((await whole.ask("GET", "/v1/connections", { key })).status).toBe(401);
    expect((await as("desk-1", "GET", "/v1/connections")).status).toBe(200);
  });
});
