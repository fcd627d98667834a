import type { FastifyInstance, FastifyRequest } from "fastify";
import type { BrokerId } from "kunji";
import { Problem } from "../../domain/problem.js";
import { answerAccount } from "../../flows/login/answer-account.js";
import { cookieName } from "../../flows/login/browser-cookie.js";
import { finishLogin } from "../../flows/login/finish-login.js";
import type { Ports } from "../../ports/ports.js";
import { accountPage } from "../pages/account-page.js";
import { sendPage } from "../pages/send-page.js";
import { forgetQuestion, keepQuestion, questionOf } from "./account-question.js";
import { giveCookie } from "./browser-cookies.js";
import { accountForm, readForm } from "./form.js";
import { goTo } from "./go-to.js";
import type { BrowserRoute } from "./problem-answer.js";

type Called = FastifyRequest<{ Params: { broker: string; handle: string } }>;

/** `/callback/:broker/:handle`: where brokers send the browser back, and the question for the account. */
export function callbackRoutes(server: FastifyInstance, ports: Ports, options: BrowserRoute): void {
  function placeOf({ params: { broker, handle }, cookies }: Called) {
    if (!Object.hasOwn(ports.brokers.traits, broker)) throw new Problem("login_unknown");
    const name = cookieName(ports, handle);
    return { broker: broker as BrokerId, handle, name, cookie: cookies[name] };
  }

  // A HEAD request would use the login up, and its answer could not be shown.
  server.get(
    "/callback/:broker/:handle",
    { ...options, exposeHeadRoute: false },
    async (request: Called, reply) => {
      const { broker, handle, name, cookie } = placeOf(request);
      const step = await finishLogin(ports, { broker, handle, callback: request.raw.url ?? "", cookie });
      if (step.kind === "ask_account") {
        keepQuestion(ports, reply, name, step);
        return goTo(reply, `/callback/${broker}/${handle}/account`);
      }
      if (step.kind !== "go") throw new Error("A callback asks for nothing but the account.");
      giveCookie(ports, reply, step.cookie);
      return goTo(reply, step.to);
    },
  );

  server.get("/callback/:broker/:handle/account", options, async (request: Called, reply) => {
    const { broker, handle, name } = placeOf(request);
    const asked = questionOf(request, name);
    const app = asked && (await ports.store.waysIn.app(handle));
    const connection =
      asked && app?.broker === broker
        ? await ports.store.connections.get(app.tenant, asked.connection)
        : undefined;
    if (!asked || !connection) throw new Problem("login_unknown");
    const { returnUrl } = connection;
    const view = { ...asked, broker: ports.brokers.traits[broker].name, returnUrl };
    return sendPage(reply, accountPage({ ...view, action: `/callback/${broker}/${handle}` }), {
      formLeadsTo: [returnUrl],
    });
  });

  server.post("/callback/:broker/:handle", options, async (request: Called, reply) => {
    const { broker, handle, name, cookie } = placeOf(request);
    const { connection, secret, answer } = readForm(accountForm, request.body);
    const step = await answerAccount(ports, { broker, handle, cookie, connection, secret, answer });
    if (step.kind !== "go") throw new Error("An answered account leads nowhere but to the app.");
    forgetQuestion(ports, reply, name);
    giveCookie(ports, reply, step.cookie);
    return goTo(reply, step.to);
  });
}
