import type { FastifyInstance } from "fastify";
import type { BrokerId } from "kunji";
import type { ConnectionInfo } from "kunji/gateway";
import { z } from "zod";
import { Problem } from "../../domain/problem.js";
import { isTokenText } from "../../domain/random-text.js";
import type { Ports } from "../../ports/ports.js";
import { readForm } from "../browser/form.js";
import { goTo } from "../browser/go-to.js";
import type { BrowserRoute } from "../browser/problem-answer.js";
import { sendPage } from "../pages/send-page.js";
import type { DemoApi } from "./demo-api.js";
import { codeUsedPage, connectedPage, failedPage, refusalPage, toConfirmPage } from "./demo-pages.js";

interface Parts {
  readonly ports: Pick<Ports, "brokers" | "publicUrl">;
  readonly api: DemoApi;
}

const back = z.object({
  connection: z.string().min(1).optional(),
  code: z.string().optional(),
  error: z.string().optional(),
});
const confirmForm = z.object({ connection: z.string().min(1), code: z.string().min(1) });

/** `/demo/return`: where a browser comes back to the app that a link was made for. Its button does what that app's server does. */
export function returnRoutes(server: FastifyInstance, { ports, api }: Parts, options: BrowserRoute): void {
  const pathOf = (connection: string) => `/connections/${encodeURIComponent(connection)}`;
  const brokerOf = ({ broker }: ConnectionInfo): string => ports.brokers.traits[broker as BrokerId].name;

  server.get("/demo/return", options, async (request, reply) => {
    const { connection, code, error } = readForm(back, request.query);
    // A failure that says not whose login it was: the dashboard shows everybody's.
    if (connection === undefined && error !== undefined) return goTo(reply, "/");
    if (connection === undefined) throw new Problem("request_invalid", { field: "connection" });
    const { status, body } = await api.call("GET", pathOf(connection));
    if (status !== 200) return sendPage(reply, refusalPage(status, body));
    const known = body as unknown as ConnectionInfo;
    const view = { connection: known, broker: brokerOf(known), gateway: ports.publicUrl };
    if (error === "code_refused" || (code !== undefined && !isTokenText(code)))
      return sendPage(reply, codeUsedPage(view));
    if (error !== undefined) return sendPage(reply, failedPage(view, error));
    if (code !== undefined)
      return sendPage(
        reply,
        isTokenText(code) ? toConfirmPage(view, code) : failedPage(view, "code_refused"),
      );
    return sendPage(
      reply,
      known.status === "active" ? connectedPage(view) : failedPage(view, "login_needed"),
    );
  });

  server.post("/demo/return", options, async (request, reply) => {
    const { connection, code } = readForm(confirmForm, request.body);
    const known = await api.call("GET", pathOf(connection));
    if (known.status !== 200) return sendPage(reply, refusalPage(known.status, known.body));
    // A real app takes the user from its own session with this browser; the demo has none and takes the link's word.
    const { user } = known.body;
    const { status, body } = await api.call("POST", `${pathOf(connection)}/confirm`, { code, user });
    // On to an address without the code: whoever reloads the page sees the outcome again.
    const outcome = new URLSearchParams({ connection });
    if (status >= 300) outcome.set("error", String(body.code ?? "internal"));
    return goTo(reply, `/demo/return?${outcome}`);
  });
}
