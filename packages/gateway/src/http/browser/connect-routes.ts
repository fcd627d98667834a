import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Secret } from "kunji";
import { readConnectLink } from "../../flows/connect-link.js";
import { beginLogin } from "../../flows/login/begin-login.js";
import { cookieName } from "../../flows/login/browser-cookie.js";
import type { LoginStep } from "../../flows/login/login-step.js";
import { submitCode, submitPassword } from "../../flows/login/password-login.js";
import { openApp } from "../../flows/open-app.js";
import type { Ports } from "../../ports/ports.js";
import { buttonPage, codePage, passwordPage, type Refused } from "../pages/connect-page.js";
import { againSentence } from "../pages/problem-page.js";
import { sendPage } from "../pages/send-page.js";
import { giveCookie } from "./browser-cookies.js";
import { codeForm, passwordForm, readForm } from "./form.js";
import { goTo } from "./go-to.js";
import type { BrowserRoute } from "./problem-answer.js";

type Linked = FastifyRequest<{ Params: { token: string } }>;

/** The form again after a refusal: not an error of HTTP's own kinds, yet no success either. */
const refusedStatus = 422;

/** `/connect/:token`: the link's page, which burns nothing when it is looked at, and its forms. */
export function connectRoutes(server: FastifyInstance, ports: Ports, options: BrowserRoute): void {
  /** The link's page, or the step after it. */
  async function show(request: Linked, reply: FastifyReply, refused?: Refused) {
    const { token } = request.params;
    const { app, connection } = await readConnectLink(ports, token);
    const { login, name } = ports.brokers.traits[app.broker];
    const { origins } = openApp(ports, app);
    const view = { broker: name, connection, action: `/connect/${token}` };
    const { returnUrl } = connection;
    if (login === "password")
      return sendPage(reply, passwordPage(view, refused), {
        status: refused ? refusedStatus : 200,
        formLeadsTo: [returnUrl],
      });
    // A broker that remembers the user sends the browser straight back, and we send it on.
    return sendPage(reply, buttonPage(view), { formLeadsTo: [origins.login, returnUrl] });
  }

  async function answerStep(request: Linked, reply: FastifyReply, step: LoginStep, username: string) {
    const { token } = request.params;
    if (step.kind === "go") {
      giveCookie(ports, reply, step.cookie);
      return goTo(reply, step.to);
    }
    if (step.kind === "ask_account") throw new Error("A login by password asks for no account.");
    const { name } = ports.brokers.traits[step.app.broker];
    if (step.kind === "again")
      return show(request, reply, { sentence: againSentence(name, step.code), username });
    const { connection } = await readConnectLink(ports, token);
    giveCookie(ports, reply, step.cookie);
    const view = { broker: name, connection, action: `/connect/${token}/step` };
    return sendPage(reply, codePage(view, step.needs, step.failed), {
      status: step.failed ? refusedStatus : 200,
      formLeadsTo: [connection.returnUrl],
    });
  }

  server.get("/connect/:token", options, (request: Linked, reply) => show(request, reply));

  server.post("/connect/:token", options, async (request: Linked, reply) => {
    const { token } = request.params;
    const { app } = await readConnectLink(ports, token);
    if (ports.brokers.traits[app.broker].login === "redirect") {
      const cookie = request.cookies[cookieName(ports, app.handle)];
      return answerStep(request, reply, await beginLogin(ports, token, cookie), "");
    }
    const { username, password, otp } = readForm(passwordForm, request.body);
    const step = await submitPassword(ports, token, {
      username,
      password: new Secret(password),
      ...(otp && { otp: new Secret(otp) }),
    });
    return answerStep(request, reply, step, username);
  });

  server.post("/connect/:token/step", options, async (request: Linked, reply) => {
    const { token } = request.params;
    const { otp } = readForm(codeForm, request.body);
    const { app } = await readConnectLink(ports, token);
    const cookie = request.cookies[cookieName(ports, app.handle)];
    return answerStep(request, reply, await submitCode(ports, token, { otp: new Secret(otp) }, cookie), "");
  });
}
