import type { BrokerId } from "kunji";
import type { EventType } from "kunji/gateway";
import { isoOf, isoOrNull } from "../../domain/iso-time.js";
import { Problem } from "../../domain/problem.js";
import { replayWebhook, testWebhook } from "../../flows/replay-webhook.js";
import { addWebhook, changeWebhook, endWebhook, resumeWebhook } from "../../flows/webhooks.js";
import type { Ports } from "../../ports/ports.js";
import type { Delivery, Webhook } from "../../ports/webhooks.js";
import { cursorText, listed, pageQuery, sequenceQuery } from "../schemas/page.js";
import { answers, nothing } from "../schemas/problem.js";
import { idParams } from "../schemas/values.js";
import {
  delivery,
  newWebhook,
  patchWebhook,
  postReplay,
  postWebhook,
  replayed,
  webhook,
} from "../schemas/webhooks.js";
import { type ApiServer, needs, sequencePage } from "./api-server.js";

const showWebhook = ({ id, url, types, apps, brokers, users, ...row }: Webhook) => ({
  id,
  url,
  types: types as EventType[] | null,
  apps: apps && [...apps],
  brokers: brokers as BrokerId[] | null,
  users: users && [...users],
  failing_since: isoOrNull(row.failingSince),
  paused_at: isoOrNull(row.pausedAt),
  paused_from: row.pausedFrom,
  created_at: isoOf(row.createdAt),
  ended_at: isoOrNull(row.endedAt),
});

const showDelivery = ({ sequence, connection, tries, dueAt, deliveredAt, lastStatus }: Delivery) => ({
  sequence,
  connection,
  tries,
  next_try_at: isoOrNull(dueAt),
  delivered_at: isoOrNull(deliveredAt),
  last_status: lastStatus,
});

export function webhookRoutes(server: ApiServer, ports: Ports): void {
  const { webhooks } = ports.store;

  async function found(tenant: string, id: string): Promise<Webhook> {
    const row = await webhooks.get(tenant, id);
    if (!row) throw new Problem("not_found");
    return row;
  }

  server.get(
    "/v1/webhooks",
    {
      config: needs("admin"),
      schema: {
        summary: "The tenant's webhooks",
        querystring: pageQuery,
        response: answers(200, listed(webhook)),
      },
    },
    async ({ caller, query }) => {
      const page = { limit: query.limit, after: query.cursor };
      const { items, next } = await webhooks.list(caller.tenant, page);
      return { items: items.map(showWebhook), next: cursorText(next) };
    },
  );

  server.post(
    "/v1/webhooks",
    {
      config: { ...needs("admin"), showsSecret: true },
      schema: {
        summary: "Have events sent to an address; the secret that verifies them is shown this once",
        description: "Needs the scope `connect` besides: events carry links to log in.",
        body: postWebhook,
        response: answers(201, newWebhook),
      },
    },
    async ({ caller, body }, reply) => {
      if (!caller.scopes.includes("connect")) throw new Problem("scope_missing", { field: "connect" });
      const made = await addWebhook(ports, caller.tenant, body, caller.id);
      reply.code(201);
      return { ...showWebhook(made.webhook), secret: made.secret.reveal() };
    },
  );

  server.get(
    "/v1/webhooks/:id",
    {
      config: needs("admin"),
      schema: { summary: "A webhook", params: idParams, response: answers(200, webhook) },
    },
    async ({ caller, params }) => showWebhook(await found(caller.tenant, params.id)),
  );

  server.patch(
    "/v1/webhooks/:id",
    {
      config: needs("admin"),
      schema: {
        summary: "Change a webhook's URL or filters; what is left out stays",
        params: idParams,
        body: patchWebhook,
        response: answers(200, webhook),
      },
    },
    async ({ caller, params, body }) =>
      showWebhook(await changeWebhook(ports, caller.tenant, params.id, body, caller.id)),
  );

  server.post(
    "/v1/webhooks/:id/test",
    {
      config: needs("admin"),
      schema: {
        summary: "Send a webhook an event of its own; the delivery tells what becomes of it",
        params: idParams,
        response: answers(202, delivery),
      },
    },
    async ({ caller, params }, reply) => {
      const made = await testWebhook(ports, caller.tenant, params.id, caller.id);
      reply.code(202);
      return showDelivery(made);
    },
  );

  server.post(
    "/v1/webhooks/:id/replay",
    {
      config: needs("admin"),
      schema: {
        summary: "Send one event again, or those of a range that the webhook wants",
        params: idParams,
        body: postReplay,
        response: answers(202, replayed),
      },
    },
    async ({ caller, params, body }, reply) => {
      const done = await replayWebhook(ports, caller.tenant, params.id, body, caller.id);
      reply.code(202);
      return done;
    },
  );

  server.post(
    "/v1/webhooks/:id/resume",
    {
      config: needs("admin"),
      schema: {
        summary: "Let events go to a paused webhook again",
        params: idParams,
        response: answers(200, webhook),
      },
    },
    async ({ caller, params }) =>
      showWebhook(await resumeWebhook(ports, caller.tenant, params.id, caller.id)),
  );

  server.delete(
    "/v1/webhooks/:id",
    {
      config: needs("admin"),
      schema: {
        summary: "End a webhook and what is on its way to it",
        params: idParams,
        response: nothing,
      },
    },
    async ({ caller, params }, reply) => {
      await endWebhook(ports, caller.tenant, params.id, caller.id);
      return reply.code(204).send(null);
    },
  );

  server.get(
    "/v1/webhooks/:id/deliveries",
    {
      config: needs("admin"),
      schema: {
        summary: "What was sent to a webhook, and what came of it",
        params: idParams,
        querystring: sequenceQuery,
        response: answers(200, listed(delivery)),
      },
    },
    async ({ caller, params, query: { after, limit } }) => {
      const { id } = await found(caller.tenant, params.id);
      return sequencePage(await webhooks.deliveries(caller.tenant, id, after, limit), limit, showDelivery);
    },
  );
}
