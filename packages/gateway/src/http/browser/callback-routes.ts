import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { BrokerId } from "kunji";
import { Problem } from "../../domain/problem.js";
import { answerAccount } from "../../flows/login/answer-account.js";
import { cookieName } from "../../flows/login/browser-cookie.js";
import { appOfPath, finishLogin } from "../../flows/login/finish-login.js";
import type { BrowserCookie, LoginStep } from "../../flows/login/login-step.js";
import type { App } from "../../ports/apps.js";
import type { Ports } from "../../ports/ports.js";
import { accountPage } from "../pages/account-page.js";
import { lookOf } from "../pages/app-look.js";
import type { Page } from "../pages/layout.js";
import { sendPage } from "../pages/send-page.js";
import {
  type AccountQuestion,
  askedConnection,
  forgottenQuestion,
  keptQuestion,
} from "./account-question.js";
import { accountForm, readForm } from "./form.js";
import { afterFailure, linkOf } from "./link-cookie.js";
import type { Outcome } from "./outcome.js";
import type { BrowserRoute } from "./problem-answer.js";
import type { AnswerWithProgress } from "./with-progress.js";

type Called = FastifyRequest<{ Params: { broker: string; handle: string } }>;

/** `/callback/:broker/:handle`: where brokers send the browser back, and the question for the account. */
export function callbackRoutes(
  server: FastifyInstance,
  ports: Ports,
  options: BrowserRoute,
  withProgress: AnswerWithProgress,
): void {
  function placeOf({ params: { broker, handle }, cookies }: Called) {
    if (!Object.hasOwn(ports.brokers.traits, broker)) throw new Problem("login_unknown");
    const name = cookieName(ports, handle);
    return { broker: broker as BrokerId, handle, name, cookie: cookies[name] };
  }

  const questionPage = (app: App, asked: AccountQuestion, returnUrl: string): Page => {
    const { id: brokerId, name: broker } = ports.brokers.traits[app.broker];
    const action = `/callback/${app.broker}/${app.handle}`;
    return accountPage({
      ...asked,
      app: lookOf(app, returnUrl, ports.publicUrl),
      brokerId,
      broker,
      returnUrl,
      action,
    });
  };

  async function outcomeOf(
    request: Called,
    app: App,
    step: LoginStep,
    answered: readonly BrowserCookie[],
  ): Promise<Outcome> {
    const name = cookieName(ports, app.handle);
    if (step.kind === "ask_account") {
      const { account, connection, secret } = step;
      const row = await ports.store.connections.get(app.tenant, connection);
      const asked = { account, connection, secret };
      return {
        kind: "go",
        to: `/callback/${app.broker}/${app.handle}/account`,
        cookies: [keptQuestion(name, asked)],
        ...(row && { page: questionPage(app, asked, row.returnUrl) }),
      };
    }
    if (step.kind !== "go") throw new Error("A callback asks for nothing but the account.");
    const { token, forget } = linkOf(ports, request, app.handle);
    return {
      kind: "go",
      to: await afterFailure(ports, step, token),
      cookies: [...answered, ...forget, step.cookie],
    };
  }

  /** Finishes a login, and shows that this is under way where it takes its time. */
  async function finish(
    request: Called,
    reply: FastifyReply,
    take: () => Promise<LoginStep>,
    answered: readonly BrowserCookie[] = [],
  ) {
    const app = await appOfPath(ports, request.params);
    const { name } = ports.brokers.traits[app.broker];
    const [returnUrl = ports.publicUrl] = app.returnUrls;
    const ahead = {
      title: `Connect ${name}`,
      look: lookOf(app, returnUrl, ports.publicUrl),
      broker: name,
      formLeadsTo: app.returnUrls,
    };
    const work = take().then((step) => outcomeOf(request, app, step, answered));
    return withProgress(request, reply, ahead, work);
  }

  // A HEAD request would use the login up, and its answer could not be shown.
  server.get(
    "/callback/:broker/:handle",
    { ...options, exposeHeadRoute: false },
    async (request: Called, reply) => {
      const { broker, handle, cookie } = placeOf(request);
      const callback = request.raw.url ?? "";
      return finish(request, reply, () => finishLogin(ports, { broker, handle, callback, cookie }));
    },
  );

  server.get("/callback/:broker/:handle/account", options, async (request: Called, reply) => {
    const { broker, handle } = placeOf(request);
    const found = await askedConnection(ports, request, { broker, handle });
    if (!found) throw new Problem("login_unknown");
    const { app, asked, connection } = found;
    const { returnUrl } = connection;
    return sendPage(reply, questionPage(app, asked, returnUrl), { formLeadsTo: [returnUrl] });
  });

  server.post("/callback/:broker/:handle", options, async (request: Called, reply) => {
    const { broker, handle, name, cookie } = placeOf(request);
    const { connection, secret, answer } = readForm(accountForm, request.body);
    const given = { broker, handle, cookie, connection, secret, answer };
    return finish(request, reply, () => answerAccount(ports, given), [forgottenQuestion(name)]);
  });
}
