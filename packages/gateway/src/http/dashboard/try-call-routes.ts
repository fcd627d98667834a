import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { Problem } from "../../domain/problem.js";
import { everyCall } from "../../flows/api-keys.js";
import { noteOwnCall } from "../../flows/note-own-call.js";
import { actorOf } from "../../flows/operators/operator-session.js";
import { sentFirst } from "../../flows/send-once.js";
import { readForm } from "../browser/form.js";
import { goTo } from "../browser/go-to.js";
import { type CallOutcome, callMethods } from "../pages/dashboard/try-call.js";
import { outcomeOf, refusedOutcome } from "./call-outcome.js";
import { tryCallView } from "./connection-extras.js";
import type { DashboardRoutes } from "./dashboard-routes.js";
import { onceWord } from "./once-word.js";
import { connectionAt, showConnection } from "./show-connection.js";

const callForm = z.object({
  method: z.enum(callMethods),
  path: z.string(),
  body: z.string().optional(),
  order: z.literal("yes").optional(),
  once: onceWord,
});
type CallForm = z.infer<typeof callForm>;

type OfConnection = FastifyRequest<{ Params: { id: string } }>;

const sentBefore: CallOutcome = {
  kind: "refused",
  sentence:
    "This form was sent before, and an order goes out once: nothing was sent now. Look at the order book for what came of it.",
  code: "idempotency_key_reused",
};

/** `/connections/:id/call`: sends a call that was typed on the connection's page. */
export const tryCallRoutes: DashboardRoutes = (server, ports, options) => {
  /** Without the tick it is sent as by a key that may look alone; what a call is, the proxy says. */
  async function send(request: OfConnection, form: CallForm): Promise<CallOutcome> {
    const { operator } = request;
    const { id } = request.params;
    const connection = await connectionAt(ports, request, id);
    const typed = { method: form.method, path: form.path.trim(), body: form.body ?? "" };
    if (form.order && !(await sentFirst(ports, operator, form.once))) return sentBefore;
    if (form.order) await noteOwnCall(ports, connection, typed, operator.id);
    const caller = { ...actorOf(operator), calls: form.order ? everyCall : (["read"] as const) };
    const body = typed.body.trim() === "" ? undefined : typed.body;
    try {
      const answer = await ports.ownCalls(
        { caller, requestId: request.id },
        { ...typed, connection: id, body },
      );
      return outcomeOf(answer, ports.brokers.traits[connection.broker], typed);
    } catch (error) {
      if (error instanceof Problem) return refusedOutcome(error);
      throw error;
    }
  }

  async function call(request: OfConnection, reply: FastifyReply) {
    const form = readForm(callForm, request.body);
    const outcome = await send(request, form);
    const connection = await connectionAt(ports, request, request.params.id);
    const typed = { method: form.method, path: form.path, body: form.body ?? "" };
    const tryCall = tryCallView(ports, connection, { typed, outcome });
    const status = outcome.kind === "answered" ? 200 : 422;
    return showConnection(ports, request, reply, request.params.id, { tryCall, status });
  }

  server.post("/connections/:id/call", options, (request: OfConnection, reply) => call(request, reply));
  // Whoever loads the answer's address again, or the page by itself, finds the connection.
  server.get("/connections/:id/call", options, (request: OfConnection, reply) =>
    goTo(reply, `/connections/${encodeURIComponent(request.params.id)}`),
  );
};
