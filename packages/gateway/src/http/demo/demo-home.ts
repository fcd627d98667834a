import type { FastifyInstance } from "fastify";
import type { BrokerId, Traits } from "kunji";
import type { ConnectionInfo } from "kunji/gateway";
import { z } from "zod";
import type { Ports } from "../../ports/ports.js";
import { readForm } from "../browser/form.js";
import { goTo } from "../browser/go-to.js";
import type { BrowserRoute } from "../browser/problem-answer.js";
import { sendPage } from "../pages/send-page.js";
import type { DemoApi } from "./demo-api.js";
import { callPage, homePage, refusalPage } from "./demo-pages.js";
import { demoUser } from "./demo-user.js";

interface Parts {
  readonly ports: Pick<Ports, "brokers" | "publicUrl">;
  readonly api: DemoApi;
  readonly sandboxUrl: string | undefined;
}

const connectForm = z.union([
  z.object({ app: z.string().min(1) }),
  z.object({ connection: z.string().min(1) }),
]);
const connectionForm = z.object({ connection: z.string().min(1) });
/** As much of an answer as a page shows, in characters. */
const shownLength = 8_192;

/** The first call of a broker, for the connection's own account. */
function firstCallOf({ firstCall }: Traits, account: string | null) {
  const { method, path, body, account: example } = firstCall;
  const own = (text: string) => (example && account ? text.replaceAll(example, account) : text);
  return { method, path: own(path), body: body === undefined ? undefined : own(body) };
}

/** The demo's first page, and what its buttons do. */
export function homeRoutes(
  server: FastifyInstance,
  { ports, api, sandboxUrl }: Parts,
  options: BrowserRoute,
): void {
  const { traits } = ports.brokers;
  const pathOf = (connection: string) => `/connections/${encodeURIComponent(connection)}`;

  server.get("/demo", options, async (_, reply) => {
    const { status, body } = await api.call("GET", "/connections?limit=100");
    if (!Array.isArray(body.items)) return sendPage(reply, refusalPage(status, body));
    const connections = body.items as readonly ConnectionInfo[];
    const usersUrl = sandboxUrl === undefined ? undefined : `${sandboxUrl}/_sandbox`;
    const page = homePage({ brokers: Object.values(traits), connections, usersUrl });
    return sendPage(reply, page, { formLeadsTo: [ports.publicUrl] });
  });

  server.post("/demo/connect", options, async (request, reply) => {
    const wish = readForm(connectForm, request.body);
    const return_url = `${ports.publicUrl}/demo/return`;
    const asked = "app" in wish ? { ...wish, user: demoUser, return_url } : { ...wish, return_url };
    const { status, body } = await api.call("POST", "/connections", asked);
    if (typeof body.connect_url !== "string") return sendPage(reply, refusalPage(status, body));
    return goTo(reply, body.connect_url);
  });

  server.post("/demo/close", options, async (request, reply) => {
    const { connection } = readForm(connectionForm, request.body);
    const { status, body } = await api.call("DELETE", pathOf(connection));
    if (status >= 300) return sendPage(reply, refusalPage(status, body));
    return goTo(reply, "/demo");
  });

  server.post("/demo/call", options, async (request, reply) => {
    const { connection } = readForm(connectionForm, request.body);
    const known = await api.call("GET", pathOf(connection));
    if (known.status !== 200) return sendPage(reply, refusalPage(known.status, known.body));
    const { broker, account } = known.body as unknown as ConnectionInfo;
    const { method, path, body } = firstCallOf(traits[broker as BrokerId], account);
    const answer = await api.call(method, `${pathOf(connection)}/proxy${path}`, body);
    const from = answer.headers.get("kunji-answer-from") ?? "gateway";
    const text = answer.text.slice(0, shownLength);
    return sendPage(reply, callPage(`${method} ${path}`, answer.status, from, text));
  });
}
