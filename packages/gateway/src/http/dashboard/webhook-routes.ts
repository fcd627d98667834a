import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../domain/problem.js";
import { deliveryLife } from "../../domain/retry-schedule.js";
import { historyNames } from "../../flows/history-names.js";
import { replayWebhook, testWebhook } from "../../flows/replay-webhook.js";
import { changeWebhook, endWebhook, resumeWebhook } from "../../flows/webhooks.js";
import type { Webhook } from "../../ports/webhooks.js";
import { readForm } from "../browser/form.js";
import { goTo } from "../browser/go-to.js";
import { type Refusal, refusedNotice } from "../pages/dashboard/form-field.js";
import { webhookPage } from "../pages/dashboard/webhook.js";
import type { WebhookValues } from "../pages/dashboard/webhook-form.js";
import { webhookPath } from "../pages/dashboard/webhooks.js";
import type { DashboardPorts, DashboardRoutes } from "./dashboard-routes.js";
import { goToSaying } from "./notices.js";
import { replayEvents, replayedPath, webhookNotice, wholeIn } from "./replay-events.js";
import { sendDashboardPage } from "./send-dashboard-page.js";
import {
  replayForm,
  typedWebhook,
  webhookChoices,
  webhookForm,
  webhookRefusal,
  wishOf,
} from "./webhook-forms.js";

type OfWebhook = FastifyRequest<{ Params: { id: string } }>;

/** Deliveries on a page. */
const limit = 15;

/** What a form of the page came to that was not done. */
interface Said {
  readonly values?: WebhookValues;
  readonly range?: { readonly from: string; readonly to: string };
  readonly refused?: Refusal;
}

async function ownWebhook({ store }: DashboardPorts, { operator, params }: OfWebhook): Promise<Webhook> {
  const webhook = await store.webhooks.get(operator.tenant, params.id);
  if (!webhook) throw new Problem("not_found");
  return webhook;
}

/** `/webhooks/:id`: a webhook, what was sent to it, and what can be done about it. */
export const webhookRoutes: DashboardRoutes = (server, ports, options) => {
  async function show(request: OfWebhook, reply: FastifyReply, { values, range, refused }: Said = {}) {
    const webhook = await ownWebhook(ports, request);
    const { tenant, id, pausedAt, pausedFrom, endedAt } = webhook;
    const before = wholeIn(request, "before");
    const deliveries = await ports.store.webhooks.newestDeliveries(tenant, id, { limit: limit + 1, before });
    const shown = deliveries.slice(0, limit);
    const last = shown.at(-1)?.sequence;
    const names = await historyNames(ports, tenant, {
      events: shown.map(({ connection }) => ({ connection, data: "{}" })),
    });
    const path = webhookPath(id);
    const page = webhookPage({
      webhook,
      sent: {
        deliveries: shown,
        names,
        replay: pausedAt === null && endedAt === null ? `${path}/replay` : undefined,
        older: deliveries.length > limit && last ? `${path}?before=${last}` : undefined,
        newest: before === undefined ? undefined : path,
        now: ports.now(),
      },
      choices: await webhookChoices(ports, tenant),
      values: values ?? webhook,
      range: range ?? { from: String(wholeIn(request, "next") ?? pausedFrom ?? ""), to: "" },
      refused,
      patienceMs: deliveryLife,
      notice: refused ? refusedNotice(refused) : webhookNotice(request),
    });
    return sendDashboardPage(reply, request, page, { status: refused ? 422 : 200 });
  }

  server.get("/webhooks/:id", options, (request: OfWebhook, reply) => show(request, reply));

  // Whoever opens a form's own address again is led to its page.
  for (const form of ["change", "replay", "resume", "test"])
    server.get(`/webhooks/:id/${form}`, options, (request: OfWebhook, reply) =>
      goTo(reply, webhookPath(request.params.id)),
    );

  server.post("/webhooks/:id/change", options, async (request: OfWebhook, reply) => {
    const { tenant, id, url } = await ownWebhook(ports, request);
    const values = typedWebhook(readForm(webhookForm, request.body));
    // An address that stays is not named as changed.
    const { url: given, ...filters } = wishOf(values);
    const wish = given === url ? filters : { url: given, ...filters };
    try {
      await changeWebhook(ports, tenant, id, wish, request.operator.id);
      return goToSaying(reply, webhookPath(id), "changed");
    } catch (error) {
      return show(request, reply, { values, refused: webhookRefusal(error) });
    }
  });

  server.post("/webhooks/:id/test", options, async (request: OfWebhook, reply) => {
    const { tenant, id } = await ownWebhook(ports, request);
    await testWebhook(ports, tenant, id, request.operator.id);
    return goToSaying(reply, webhookPath(id), "tested");
  });

  server.post("/webhooks/:id/replay", options, async (request: OfWebhook, reply) => {
    const { tenant, id } = await ownWebhook(ports, request);
    const { from = "", to = "" } = (request.body ?? {}) as Readonly<Record<string, string>>;
    const read = replayForm.safeParse(request.body ?? {});
    const range = { from: String(from), to: String(to) };
    const refuse = (field: string, sentence: string) =>
      show(request, reply, { range, refused: { field, sentence } });
    if (!read.success) return refuse("from", "Write whole numbers: each event has one, in the list above.");
    const wish = read.data;
    if ("sequence" in wish) {
      await replayWebhook(ports, tenant, id, wish, request.operator.id);
      return goToSaying(reply, webhookPath(id), "again");
    }
    if (wish.to !== undefined && wish.to < wish.from)
      return refuse("to", "The last number is no less than the first.");
    return goTo(reply, replayedPath(id, await replayEvents(ports, tenant, id, wish, request.operator.id)));
  });

  server.post("/webhooks/:id/resume", options, async (request: OfWebhook, reply) => {
    const { tenant, id, pausedFrom } = await ownWebhook(ports, request);
    const { missed } = (request.body ?? {}) as Readonly<Record<string, unknown>>;
    await resumeWebhook(ports, tenant, id, request.operator.id);
    if (missed !== "yes" || pausedFrom === null) return goToSaying(reply, webhookPath(id), "resumed");
    const range = { from: pausedFrom };
    return goTo(reply, replayedPath(id, await replayEvents(ports, tenant, id, range, request.operator.id)));
  });

  server.post("/webhooks/:id/end", options, async (request: OfWebhook, reply) => {
    const { tenant, id } = await ownWebhook(ports, request);
    await endWebhook(ports, tenant, id, request.operator.id);
    return goToSaying(reply, "/webhooks", "ended");
  });
};
