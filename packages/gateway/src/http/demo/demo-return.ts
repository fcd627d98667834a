import type { FastifyInstance } from "fastify";
import type { ConnectionInfo } from "kunji/gateway";
import { z } from "zod";
import { readForm } from "../browser/form.js";
import { goTo } from "../browser/go-to.js";
import type { BrowserRoute } from "../browser/problem-answer.js";
import { sendPage } from "../pages/send-page.js";
import type { DemoApi } from "./demo-api.js";
import { connectedPage, failedPage } from "./demo-pages.js";
import { demoUser } from "./demo-user.js";

const back = z.object({
  connection: z.string().min(1),
  code: z.string().optional(),
  error: z.string().optional(),
});

/** `/demo/return`: where the browser comes back to the app, whose server confirms the connection. */
export function returnRoute(server: FastifyInstance, api: DemoApi, options: BrowserRoute): void {
  server.get("/demo/return", options, async (request, reply) => {
    const { connection, code, error } = readForm(back, request.query);
    const path = `/connections/${encodeURIComponent(connection)}`;
    if (code !== undefined) {
      const { status, body } = await api.call("POST", `${path}/confirm`, { code, user: demoUser });
      // On to an address without the code: whoever reloads the page sees the outcome again.
      const outcome = new URLSearchParams({ connection });
      if (status >= 300) outcome.set("error", String(body.code ?? "internal"));
      return goTo(reply, `/demo/return?${outcome}`);
    }
    const { status, body } = await api.call("GET", path);
    const known = status === 200 ? (body as unknown as ConnectionInfo) : undefined;
    if (error === undefined && known?.status === "active") return sendPage(reply, connectedPage(known));
    return sendPage(reply, failedPage(error ?? (known ? "login_needed" : String(body.code))));
  });
}
