import type { FastifyInstance } from "fastify";
import { type BrowserRoute, wantsPage } from "../browser/problem-answer.js";
import { sendPage } from "../pages/send-page.js";
import { webhooksPage } from "./demo-pages.js";
import type { ReceivedWebhooks } from "./received-webhooks.js";

/** `/demo/webhook`: takes the demo's webhooks, and shows them. */
export const webhookRoutes =
  (received: ReceivedWebhooks, options: BrowserRoute) =>
  async (server: FastifyInstance): Promise<void> => {
    // The signature is of the body as it was sent.
    server.removeAllContentTypeParsers();
    server.addContentTypeParser("*", { parseAs: "string" }, (_, body, done) => done(null, body));

    server.post("/demo/webhook", { config: { guard: { kind: "open" } } }, async (request, reply) => {
      received.receive(typeof request.body === "string" ? request.body : "", request.headers);
      return reply.code(204).send();
    });

    server.get("/demo/webhook", options, async (request, reply) =>
      wantsPage(request)
        ? sendPage(reply, webhooksPage(received.list()))
        : reply.send({ items: received.list() }),
    );
  };
