import { codeOf, newBrowser } from "../../connect/support/browser.js";
import { connected, logInFully, newConnection } from "../../connect/support/logins.js";
import { returnUrl } from "../../support/world.js";
import type { ApiWorld, Call } from "./api-world.js";

/** A request about one thing of a tenant's, which its owner may make. */
export interface OwnRequest {
  readonly method: string;
  readonly path: string;
  readonly call: Call;
  /** What the owner is answered. */
  readonly status: number;
}

type Make = (world: ApiWorld, tenant: string, key: string) => Promise<Omit<OwnRequest, "method">>;

async function idOf(world: ApiWorld, key: string, path: string, body: unknown): Promise<string> {
  return (await world.call("POST", path, { key, body })).body.id;
}

const about = (prefix: string, status: number, rest = "", body?: unknown): Make => {
  return async (world, tenant) => {
    const { id } = await connected(world, { tenant, broker: "zebu" });
    return { path: `${prefix}/${id}${rest}`, call: body === undefined ? {} : { body }, status };
  };
};

const webhook =
  (status: number, rest = "", body?: unknown): Make =>
  async (world, _, key) => {
    const id = await idOf(world, key, "/v1/webhooks", { url: "https://app.example/hook" });
    return { path: `/v1/webhooks/${id}${rest}`, call: body === undefined ? {} : { body }, status };
  };

const quotes = '{"uid":"ZP0001","exch":"NSE","token":"2885"}';
const forward = (status: number, body?: string): Make =>
  about("/v1/connections", status, "/proxy/NorenWClientAPI/GetQuotes", body);

/** For every route with an id in its address: a request about a thing that is there. */
export const ownRequests: Readonly<Record<string, Make>> = {
  "GET /v1/apps/:id": async () => ({ path: "/v1/apps/zebu", call: {}, status: 200 }),
  "DELETE /v1/apps/:id/vendor-session": async (world, tenant) => {
    await connected(world, { tenant, broker: "nuvama" });
    return { path: "/v1/apps/nuvama/vendor-session", call: {}, status: 204 };
  },
  "DELETE /v1/tenants/:id": async (world, _, key) => ({
    path: `/v1/tenants/${await idOf(world, key, "/v1/tenants", { name: "n" })}`,
    call: {},
    status: 204,
  }),
  "DELETE /v1/keys/:id": async (world, _, key) => ({
    path: `/v1/keys/${await idOf(world, key, "/v1/keys", { name: "n", scopes: ["read"] })}`,
    call: {},
    status: 204,
  }),
  "GET /v1/webhooks/:id": webhook(200),
  "PATCH /v1/webhooks/:id": webhook(200, "", { url: "https://app.example/other" }),
  "DELETE /v1/webhooks/:id": webhook(204),
  "POST /v1/webhooks/:id/test": webhook(202, "/test"),
  "POST /v1/webhooks/:id/replay": webhook(202, "/replay", { from: 1 }),
  "POST /v1/webhooks/:id/resume": webhook(200, "/resume"),
  "GET /v1/webhooks/:id/deliveries": webhook(200, "/deliveries"),
  "GET /v1/connections/:id": about("/v1/connections", 200),
  "PATCH /v1/connections/:id": about("/v1/connections", 200, "", { egress: null }),
  "DELETE /v1/connections/:id": about("/v1/connections", 204),
  "POST /v1/connections/:id/confirm": async (world, tenant) => {
    const at = { tenant, broker: "zebu" } as const;
    const { connection, token } = await newConnection(world, at);
    const code = codeOf(await logInFully(world, newBrowser(world), at, token));
    const call = { body: { code, user: "u1" } };
    return { path: `/v1/connections/${connection.id}/confirm`, call, status: 200 };
  },
  "GET /v1/connections/:id/session": about("/v1/connections", 200, "/session"),
  "POST /v1/connections/:id/proxy/*": forward(200, quotes),
};

/** The same things, named in a body. */
export const ownBodies: Readonly<Record<string, Make>> = {
  "POST /v1/connections": async () => ({
    path: "/v1/connections",
    call: { body: { app: "zebu", user: "u1", return_url: returnUrl } },
    status: 201,
  }),
  "POST /v1/connect-links": async () => ({
    path: "/v1/connect-links",
    call: { body: { apps: ["zebu", "nuvama"], user: "u1", return_url: returnUrl } },
    status: 201,
  }),
  "POST /v1/connections again": async (world, tenant) => {
    const { id } = await connected(world, { tenant, broker: "zebu" });
    return { path: "/v1/connections", call: { body: { connection: id } }, status: 201 };
  },
};
