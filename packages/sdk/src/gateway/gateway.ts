import { segment } from "./address.js";
import { type Caller, createCaller } from "./call.js";
import type * as client from "./client.js";
import { pagedList, sequenceList } from "./lists.js";
import type * as api from "./types.js";

function appsOf(caller: Caller): client.Apps {
  const path = (id: string) => `/v1/apps/${segment(id)}`;
  return {
    ...pagedList<api.AppInfo>(caller, "/v1/apps"),
    put: async (id, body, options) => caller.json({ method: "PUT", path: path(id), body, options }),
    get: async (id, options) => caller.json({ method: "GET", path: path(id), options }),
    endVendorSession: async (id, options) =>
      caller.empty({ method: "DELETE", path: `${path(id)}/vendor-session`, options }),
  };
}

/** What is made by a `POST` to a path and ended by a `DELETE` below it. */
function madeAndEnded<Given, Made>(caller: Caller, path: string) {
  return {
    add: async (body: Given, options?: client.PostOptions) =>
      caller.json<Made>({ method: "POST", path, body, options }),
    end: async (id: string, options?: client.CallOptions) =>
      caller.empty({ method: "DELETE", path: `${path}/${segment(id)}`, options }),
  };
}

function webhooksOf(caller: Caller): client.Webhooks {
  const path = "/v1/webhooks";
  const one = (id: string) => `${path}/${segment(id)}`;
  const deliveries = (id: string) => sequenceList<api.DeliveryInfo>(caller, `${one(id)}/deliveries`);
  return {
    ...pagedList<api.WebhookInfo>(caller, path),
    ...madeAndEnded<api.PostWebhook, api.NewWebhook>(caller, path),
    get: async (id, options) => caller.json({ method: "GET", path: one(id), options }),
    change: async (id, body, options) => caller.json({ method: "PATCH", path: one(id), body, options }),
    test: async (id, options) => caller.json({ method: "POST", path: `${one(id)}/test`, options }),
    replay: async (id, body, options) =>
      caller.json({ method: "POST", path: `${one(id)}/replay`, body, options }),
    resume: async (id, options) => caller.json({ method: "POST", path: `${one(id)}/resume`, options }),
    deliveries: async (id, query, options) => deliveries(id).list(query, options),
    async *eachDelivery(id, query, options) {
      yield* deliveries(id).each(query, options);
    },
  };
}

function connectionsOf(caller: Caller): client.Connections {
  const all = "/v1/connections";
  const path = (id: string) => `${all}/${segment(id)}`;
  return {
    ...pagedList<api.ConnectionInfo, client.ConnectionQuery>(caller, all),
    create: async (body, options) => caller.json({ method: "POST", path: all, body, options }),
    reconnect: async (connection, change = {}, options) =>
      caller.json({
        method: "POST",
        path: all,
        body: { connection, return_url: change.return_url },
        options,
      }),
    get: async (id, options) => caller.json({ method: "GET", path: path(id), options }),
    change: async (id, body, options) => caller.json({ method: "PATCH", path: path(id), body, options }),
    close: async (id, options) => caller.empty({ method: "DELETE", path: path(id), options }),
    confirm: async (id, body, options) =>
      caller.json({ method: "POST", path: `${path(id)}/confirm`, body, options }),
    session: async (id, query, options) =>
      caller.json({ method: "GET", path: `${path(id)}/session`, query, options }),
    fetch: async (id, path, init = {}) => caller.proxy(id, path, init),
  };
}

function vaultOf(caller: Caller): client.Vault {
  const path = "/v1/vault/rotation";
  return {
    get: async (options) => caller.json({ method: "GET", path: "/v1/vault", options }),
    rotate: async (body = {}, options) => caller.json({ method: "POST", path, body, options }),
    rotation: async (options) => caller.json({ method: "GET", path, options }),
  };
}

/**
 * A client of a gateway's API.
 * @throws GatewayError `input_invalid` that names the option which can't be used
 */
export function gateway(options: client.GatewayOptions): client.Gateway {
  const caller = createCaller(options);
  const readiness = pagedList<api.NotReady, client.ReadinessQuery, api.Readiness>(caller, "/v1/readiness");
  return {
    brokers: async (options) =>
      (await pagedList<api.BrokerInfo>(caller, "/v1/brokers").list({}, options)).items,
    apps: appsOf(caller),
    tenants: {
      ...pagedList<api.TenantInfo>(caller, "/v1/tenants"),
      ...madeAndEnded<api.PostTenant, api.NewTenant>(caller, "/v1/tenants"),
    },
    keys: {
      ...pagedList<api.KeyRecord>(caller, "/v1/keys"),
      ...madeAndEnded<api.PostKey, api.NewKey>(caller, "/v1/keys"),
    },
    webhooks: webhooksOf(caller),
    connections: connectionsOf(caller),
    connectLinks: {
      create: async (body, options) =>
        caller.json({ method: "POST", path: "/v1/connect-links", body, options }),
    },
    readiness: readiness.list,
    eachNotReady: readiness.each,
    events: sequenceList<api.EventInfo>(caller, "/v1/events"),
    audit: {
      ...sequenceList<api.AuditEntry>(caller, "/v1/audit"),
      verify: async ({ anchor } = {}, options) => {
        const query = anchor && { anchor: `${anchor.sequence}:${anchor.hash}` };
        return caller.json({ method: "GET", path: "/v1/audit/verify", query, options });
      },
    },
    vault: vaultOf(caller),
  };
}
