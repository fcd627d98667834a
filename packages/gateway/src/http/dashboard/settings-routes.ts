import type { FastifyReply, FastifyRequest } from "fastify";
import { Secret } from "kunji";
import { z } from "zod";
import { browserName } from "../../domain/browser-name.js";
import { Problem } from "../../domain/problem.js";
import { changePassword } from "../../flows/operators/operator-password.js";
import { endSessions } from "../../flows/operators/operators.js";
import { offerFactor, putFactorOn, takeFactorOff } from "../../flows/operators/second-factor.js";
import { readForm } from "../browser/form.js";
import { giveOperatorCookie } from "../operator-cookie.js";
import { secondFactorPage } from "../pages/dashboard/second-factor.js";
import { settingsPage } from "../pages/dashboard/settings.js";
import { apiKeyRoutes } from "./api-key-routes.js";
import type { DashboardRoutes } from "./dashboard-routes.js";
import { goToSaying, type Notices, noticeIn } from "./notices.js";
import { operatorsRoutes } from "./operators-routes.js";
import { passwordWords } from "./password-words.js";
import { sendDashboardPage } from "./send-dashboard-page.js";

const passwordForm = z.object({
  password: z.string(),
  next_password: z.string(),
  again_password: z.string(),
});
const factorForm = z.object({ secret: z.string(), code: z.string(), password: z.string() });
const ownPasswordForm = z.object({ password: z.string() });

const notices: Notices = {
  password: { tone: "good", text: "Your password is changed, and every other browser is signed out." },
  on: { tone: "good", text: "The second factor is on: from now on signing in asks for a code." },
  off: { tone: "good", text: "The second factor is off." },
  ended: { tone: "good", text: "Signed out there." },
};
const wrongCode = "That code is wrong or too old: type the newest one.";
const bad = (text: string) => ({ tone: "bad", text }) as const;

/** `/settings`: one's own password, second factor and sessions; operators and API keys beside them. */
export const settingsRoutes: DashboardRoutes = (server, ports, options) => {
  /** @param refused why a form of the page was refused */
  async function show(request: FastifyRequest, reply: FastifyReply, refused?: string) {
    const { tenant, id, name, session } = request.operator;
    const operator = await ports.store.operators.get(tenant, id);
    const sessions = await ports.store.operatorSessions.list(tenant, id, ports.wall());
    const page = settingsPage({
      name,
      session,
      hasSecondFactor: operator?.sealedTotp != null,
      sessions: sessions.filter(({ needs }) => needs === null),
      notice: refused === undefined ? noticeIn(request, notices) : bad(refused),
    });
    return sendDashboardPage(reply, request, page, { status: refused === undefined ? 200 : 422 });
  }

  server.get("/settings", options, (request, reply) => show(request, reply));

  server.post("/settings/password", options, async (request, reply) => {
    const form = readForm(passwordForm, request.body);
    if (form.next_password !== form.again_password) return show(request, reply, passwordWords.again);
    const typed = { old: new Secret(form.password), next: new Secret(form.next_password) };
    const browser = browserName(request.headers["user-agent"]);
    const changed = await changePassword(ports, request.operator, typed, browser);
    if (typeof changed === "string") return show(request, reply, passwordWords[changed]);
    giveOperatorCookie(ports.publicUrl, reply, changed.cookie);
    return goToSaying(reply, "/settings", "password");
  });

  server.post("/settings/sessions/end-others", options, async (request, reply) => {
    await endSessions(ports, request.operator, "others");
    return goToSaying(reply, "/settings", "ended");
  });

  server.post(
    "/settings/sessions/:id/end",
    options,
    async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
      if (!(await endSessions(ports, request.operator, request.params.id))) throw new Problem("not_found");
      return goToSaying(reply, "/settings", "ended");
    },
  );

  const offer = (request: FastifyRequest, reply: FastifyReply, again?: string, refused?: string) => {
    const { secret, address } = offerFactor(ports, request.operator, again);
    const { name } = request.operator;
    const shown = { name, secret: secret.reveal(), address: address.reveal() };
    const page = secondFactorPage({ ...shown, ...(refused !== undefined && { notice: bad(refused) }) });
    return sendDashboardPage(reply, request, page, { status: refused === undefined ? 200 : 422 });
  };

  server.get("/settings/second-factor", options, (request, reply) => offer(request, reply));

  server.post("/settings/second-factor", options, async (request, reply) => {
    const { secret, code, password } = readForm(factorForm, request.body);
    const typed = { secret, code: new Secret(code), password: new Secret(password) };
    const put = await putFactorOn(ports, request.operator, typed);
    if (put === "on") return goToSaying(reply, "/settings", "on");
    return offer(request, reply, secret, put === "code" ? wrongCode : passwordWords[put]);
  });

  server.post("/settings/second-factor/off", options, async (request, reply) => {
    const { password } = readForm(ownPasswordForm, request.body);
    const taken = await takeFactorOff(ports, request.operator, new Secret(password));
    return taken === "off"
      ? goToSaying(reply, "/settings", "off")
      : show(request, reply, passwordWords[taken]);
  });

  operatorsRoutes(server, ports, options);
  apiKeyRoutes(server, ports, options);
};
