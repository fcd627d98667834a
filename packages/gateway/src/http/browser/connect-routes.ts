import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type BrokerId, Secret } from "kunji";
import { Problem } from "../../domain/problem.js";
import { chooseApp } from "../../flows/choice-link.js";
import { type LinkedConnection, readConnectLink } from "../../flows/connect-link.js";
import { beginLogin } from "../../flows/login/begin-login.js";
import { type BoundBrowser, bindBrowser, cookieName } from "../../flows/login/browser-cookie.js";
import type { LoginStep } from "../../flows/login/login-step.js";
import { submitCode, submitPassword } from "../../flows/login/password-login.js";
import { openApp } from "../../flows/open-app.js";
import { openLink } from "../../flows/open-link.js";
import type { Ports } from "../../ports/ports.js";
import { lookOf } from "../pages/app-look.js";
import {
  buttonPage,
  choicePage,
  codePage,
  passwordPage,
  type ReadyUser,
  type Refused,
} from "../pages/connect-page.js";
import { failureOf } from "../pages/failures.js";
import { againSentence, problemPage } from "../pages/problem-page.js";
import { choiceView, connectView, saidCode } from "./connect-views.js";
import { choiceForm, codeForm, passwordForm, readForm } from "./form.js";
import { goTo } from "./go-to.js";
import { afterFailure, keptLink } from "./link-cookie.js";
import { demandCookies, lookedCookies } from "./looked-cookie.js";
import { type Outcome, sendOutcome } from "./outcome.js";
import type { BrowserRoute } from "./problem-answer.js";
import type { AnswerWithProgress } from "./with-progress.js";

type Linked = FastifyRequest<{ Params: { token: string } }>;

/** The user of the sandbox that the demo offers at a broker without a login page of its own. */
export type FindReadyUser = (broker: BrokerId) => ReadyUser | undefined;

/** The form again after a refusal: not an error of HTTP's own kinds, yet no success either. */
const refusedStatus = 422;

/** `/connect/:token`: the link's page, which burns nothing when it is looked at, and its forms. */
export function connectRoutes(
  server: FastifyInstance,
  ports: Ports,
  options: BrowserRoute,
  withProgress: AnswerWithProgress,
  readyUser: FindReadyUser,
): void {
  /** The page of a connection's link: with what was refused at its form, or what went wrong before. */
  async function linkPage(
    request: Linked,
    linked: LinkedConnection,
    { refused, said }: { readonly refused?: Refused; readonly said?: string | undefined } = {},
  ): Promise<Outcome> {
    const { app } = linked;
    const view = await connectView(ports, linked, `/connect/${request.params.token}`, said);
    const { returnUrl, back } = view;
    if (said !== undefined && !failureOf(said).again) {
      const on = { back: { look: view.app, url: back }, broker: view.broker };
      return { kind: "page", page: problemPage({ code: said }, request.id, on) };
    }
    const { origins } = openApp(ports, app);
    const cookies = lookedCookies(ports, request);
    if (view.passwordHere)
      return {
        kind: "page",
        page: passwordPage(view, refused, app.environment === "sandbox" ? readyUser(app.broker) : undefined),
        status: refused ? refusedStatus : 200,
        formLeadsTo: [returnUrl],
        cookies,
      };
    // A broker that remembers the user sends the browser straight back, and we send it on.
    return { kind: "page", page: buttonPage(view), formLeadsTo: [origins.login, returnUrl], cookies };
  }

  async function outcomeOf(
    request: Linked,
    linked: LinkedConnection,
    step: LoginStep,
    username = "",
  ): Promise<Outcome> {
    const { token } = request.params;
    const { app, connection } = linked;
    const { name } = ports.brokers.traits[app.broker];
    if (step.kind === "ask_account") throw new Error("A login by password asks for no account.");
    if (step.kind === "again") {
      const refused = { sentence: againSentence(name, step.code), username };
      return linkPage(request, await readConnectLink(ports, token), { refused });
    }
    if (step.kind === "ask_code") {
      const view = await connectView(ports, linked, `/connect/${token}/step`);
      const page = codePage(view, step.needs, step.failed);
      const status = step.failed ? refusedStatus : 200;
      return { kind: "page", page, status, formLeadsTo: [connection.returnUrl], cookies: [step.cookie] };
    }
    if (step.failed)
      return { kind: "go", to: await afterFailure(ports, step, token), cookies: [step.cookie] };
    const begun = step.cookie.maxAgeS > 0 ? [keptLink(ports, app.handle, token)] : [];
    return { kind: "go", to: step.to, cookies: [step.cookie, ...begun] };
  }

  /** Takes a step of a login, and shows that it is under way where it takes its time. */
  async function takeStep(
    request: Linked,
    reply: FastifyReply,
    linked: LinkedConnection,
    take: (bound: BoundBrowser) => Promise<LoginStep>,
    username?: string,
  ) {
    const { app, connection } = linked;
    const { name } = ports.brokers.traits[app.broker];
    const { returnUrl } = connection;
    const bound = bindBrowser(ports, app.handle);
    const ahead = {
      title: `Connect ${name}`,
      look: lookOf(app, returnUrl, ports.publicUrl),
      broker: name,
      formLeadsTo: [returnUrl],
      cookies: [bound.cookie, keptLink(ports, app.handle, request.params.token)],
    };
    const work = take(bound).then((step) => outcomeOf(request, linked, step, username));
    return withProgress(request, reply, ahead, work);
  }

  server.get("/connect/:token", options, async (request: Linked, reply) => {
    const { token } = request.params;
    const link = await openLink(ports, token);
    if (link.kind === "connection")
      return sendOutcome(ports, reply, await linkPage(request, link, { said: saidCode(request.query) }));
    const page = choicePage(choiceView(ports, link.choice, `/connect/${token}`));
    return sendOutcome(ports, reply, { kind: "page", page, cookies: lookedCookies(ports, request) });
  });

  server.post("/connect/:token", options, async (request: Linked, reply) => {
    const { token } = request.params;
    const link = await openLink(ports, token);
    demandCookies(ports, request);
    if (link.kind === "choice") {
      const { app } = readForm(choiceForm, request.body);
      return goTo(reply, new URL((await chooseApp(ports, token, app)).url).pathname);
    }
    const { app } = link;
    if (ports.brokers.traits[app.broker].login === "redirect") {
      const cookie = request.cookies[cookieName(ports, app.handle)];
      return takeStep(request, reply, link, (bound) => beginLogin(ports, token, cookie, bound));
    }
    const { username, password, otp } = readForm(passwordForm, request.body);
    const typed = { username, password: new Secret(password), ...(otp && { otp: new Secret(otp) }) };
    return takeStep(request, reply, link, (bound) => submitPassword(ports, token, typed, bound), username);
  });

  server.post("/connect/:token/step", options, async (request: Linked, reply) => {
    const { token } = request.params;
    const { otp } = readForm(codeForm, request.body);
    const link = await openLink(ports, token);
    if (link.kind !== "connection") throw new Problem("link_invalid");
    const cookie = request.cookies[cookieName(ports, link.app.handle)];
    return takeStep(request, reply, link, (bound) =>
      submitCode(ports, token, { otp: new Secret(otp) }, cookie, bound),
    );
  });
}
