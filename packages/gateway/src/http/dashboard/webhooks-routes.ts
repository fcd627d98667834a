import type { FastifyReply, FastifyRequest } from "fastify";
import { makeOnce } from "../../flows/send-once.js";
import { addWebhook } from "../../flows/webhooks.js";
import type { Webhook } from "../../ports/webhooks.js";
import { readForm } from "../browser/form.js";
import { madeAlreadyPage } from "../pages/dashboard/made-already.js";
import { type WebhooksView, webhookMadePage, webhooksPage } from "../pages/dashboard/webhooks.js";
import type { DashboardRoutes } from "./dashboard-routes.js";
import { type Notices, noticeIn } from "./notices.js";
import { newOnceWord, onceWord } from "./once-word.js";
import { sendDashboardPage } from "./send-dashboard-page.js";
import { typedWebhook, webhookChoices, webhookForm, webhookRefusal, wishOf } from "./webhook-forms.js";
import { webhookRoutes } from "./webhook-routes.js";

/** How many rows one look reads, and how many looks there are for one page. */
const batch = 200;
const looks = 5;
/** Webhooks on a page. */
const limit = 25;

const addForm = webhookForm.extend({ once: onceWord });
const madeBefore = madeAlreadyPage({
  section: "webhooks",
  what: "webhook",
  shown: "secret",
  path: "/webhooks",
  link: "Go to the webhooks",
});

const notices: Notices = {
  ended: { tone: "good", text: "The webhook is ended: nothing goes to it any more." },
};

/** `/webhooks`: where the tenant's events go. */
export const webhooksRoutes: DashboardRoutes = (server, ports, options) => {
  /** Those that live, or those that have ended, in the order of their ids, and where to look on. */
  async function listed(tenant: string, ended: boolean, from: string | undefined) {
    const items: Webhook[] = [];
    let after = from === undefined ? undefined : { id: from };
    for (let look = 0; look < looks; look++) {
      const page = await ports.store.webhooks.list(tenant, { limit: batch, after });
      items.push(...page.items.filter(({ endedAt }) => (endedAt !== null) === ended));
      if (items.length >= limit || !page.next) {
        const more = items.length > limit;
        return { items: items.slice(0, limit), next: more ? items[limit - 1]?.id : page.next?.id };
      }
      after = page.next;
    }
    return { items, next: after?.id };
  }

  async function show(request: FastifyRequest, reply: FastifyReply, form?: WebhooksView["form"]) {
    const { tenant } = request.operator;
    const { ended: wanted, after } = request.query as Readonly<Record<string, unknown>>;
    const ended = wanted === "1" && !form;
    const from = typeof after === "string" ? after : undefined;
    const { items: webhooks, next } = await listed(tenant, ended, from);
    const on = next && new URLSearchParams({ ...(ended && { ended: "1" }), after: next });
    const page = webhooksPage({
      webhooks,
      ended,
      next: on ? `/webhooks?${on}` : undefined,
      choices: await webhookChoices(ports, tenant),
      form,
      once: newOnceWord(ports),
      now: ports.now(),
      notice: noticeIn(request, notices),
    });
    return sendDashboardPage(reply, request, page, { status: form ? 422 : 200 });
  }

  server.get("/webhooks", options, (request, reply) => show(request, reply));

  server.post("/webhooks", options, async (request, reply) => {
    const { tenant, id: operator } = request.operator;
    const { once, ...form } = readForm(addForm, request.body);
    const values = typedWebhook(form);
    try {
      const made = await makeOnce(ports, request.operator, once, () =>
        addWebhook(ports, tenant, wishOf(values), operator),
      );
      if (!made) return sendDashboardPage(reply, request, madeBefore, { status: 409 });
      const { webhook, secret } = made;
      const page = webhookMadePage(webhook, secret.reveal());
      return sendDashboardPage(reply, request, page, { status: 201 });
    } catch (error) {
      return show(request, reply, { values, refused: webhookRefusal(error) });
    }
  });

  webhookRoutes(server, ports, options);
};
