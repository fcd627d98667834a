import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { addKey, endKey } from "../../flows/api-keys.js";
import { actorOf } from "../../flows/operators/operator-session.js";
import { makeOnce } from "../../flows/send-once.js";
import { readForm } from "../browser/form.js";
import { apiKeyMadePage, apiKeysPage } from "../pages/dashboard/api-keys.js";
import { madeAlreadyPage } from "../pages/dashboard/made-already.js";
import { callKind, nameText, scope } from "../schemas/values.js";
import type { DashboardRoutes } from "./dashboard-routes.js";
import { goToSaying, type Notices, noticeIn } from "./notices.js";
import { newOnceWord, onceWord } from "./once-word.js";
import { sendDashboardPage } from "./send-dashboard-page.js";

/** A field of ticks is left out, a text, or several. */
const ticks = <T extends z.ZodType>(each: T) =>
  z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(each));
const makeForm = z.object({ name: nameText, scopes: ticks(scope), calls: ticks(callKind), once: onceWord });
const madeBefore = madeAlreadyPage({
  section: "settings",
  what: "key",
  shown: "key",
  path: "/settings/keys",
  link: "Back to the keys",
});

const notices: Notices = { ended: { tone: "good", text: "The key is ended: whatever uses it is refused." } };
/** Keys on a page. */
const limit = 50;

/** `/settings/keys`: the tenant's API keys. */
export const apiKeyRoutes: DashboardRoutes = (server, ports, options) => {
  async function show(request: FastifyRequest, reply: FastifyReply, refused?: string) {
    const { after } = request.query as Readonly<Record<string, unknown>>;
    const { items, next } = await ports.store.apiKeys.list(request.operator.tenant, {
      limit,
      ...(typeof after === "string" && { after: { id: after } }),
    });
    const page = apiKeysPage({
      keys: items,
      once: newOnceWord(ports),
      next: next ? `/settings/keys?${new URLSearchParams({ after: next.id })}` : undefined,
      notice: refused === undefined ? noticeIn(request, notices) : { tone: "bad", text: refused },
    });
    return sendDashboardPage(reply, request, page, { status: refused === undefined ? 200 : 422 });
  }

  server.get("/settings/keys", options, (request, reply) => show(request, reply));

  server.post("/settings/keys", options, async (request, reply) => {
    const { once, ...wish } = readForm(makeForm, request.body);
    if (wish.scopes.length === 0) return show(request, reply, "Tick at least one thing that the key may do.");
    const { operator } = request;
    const made = await makeOnce(ports, operator, once, () => addKey(ports, actorOf(operator), wish));
    if (!made) return sendDashboardPage(reply, request, madeBefore, { status: 409 });
    const { apiKey, text } = made;
    return sendDashboardPage(reply, request, apiKeyMadePage(apiKey, text.reveal()), { status: 201 });
  });

  server.post(
    "/settings/keys/:id/end",
    options,
    async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
      await endKey(ports, actorOf(request.operator), request.params.id);
      server.forgetKeys(request.operator.tenant);
      return goToSaying(reply, "/settings/keys", "ended");
    },
  );
};
