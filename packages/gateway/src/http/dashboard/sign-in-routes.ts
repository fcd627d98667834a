import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Secret } from "kunji";
import { z } from "zod";
import { browserName } from "../../domain/browser-name.js";
import { ownPath } from "../../domain/own-path.js";
import { choosePassword } from "../../flows/operators/operator-password.js";
import { findSession } from "../../flows/operators/operator-session.js";
import { endSessions } from "../../flows/operators/operators.js";
import { openSession, type SignInStep, signIn, signInByCode } from "../../flows/operators/sign-in.js";
import type { FoundSession } from "../../ports/operator-sessions.js";
import type { Operator } from "../../ports/operators.js";
import { readForm } from "../browser/form.js";
import { goTo } from "../browser/go-to.js";
import type { BrowserRoute } from "../browser/problem-answer.js";
import { giveOperatorCookie, operatorCookie } from "../operator-cookie.js";
import {
  choosePasswordPage,
  type SignInView,
  signInCodePage,
  signInPage,
} from "../pages/dashboard/sign-in.js";
import type { Page } from "../pages/layout.js";
import { sendPage } from "../pages/send-page.js";
import { addressBlock } from "../request-limits.js";
import type { DashboardPorts } from "./dashboard-routes.js";
import { demoOperator, isOwnNavigation, noteStaysOut, staysOut } from "./demo-sign-in.js";
import type { OperatorRoute } from "./operator-route.js";
import { passwordWords } from "./password-words.js";

const nextField = z.string().optional();
const demoForm = z.object({ next: nextField });
const passwordForm = z.object({ name: z.string(), password: z.string(), next: nextField });
const codeForm = z.object({ code: z.string(), next: nextField });
const chooseForm = z.object({ next_password: z.string(), again_password: z.string(), next: nextField });

/** Where a try comes from. */
const fromOf = ({ ip, headers }: FastifyRequest) => ({
  address: addressBlock(ip),
  browser: browserName(headers["user-agent"]),
});

const waitWords = (seconds: number): string =>
  `That was wrong a few times: wait ${seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}, then try again.`;

/** `/sign-in` in its steps, and `/sign-out`. @param demoTenant whose first operator the demo signs in by itself */
export function signInRoutes(
  server: FastifyInstance,
  ports: DashboardPorts,
  { open, signedIn }: { readonly open: BrowserRoute; readonly signedIn: OperatorRoute },
  demoTenant: string | undefined,
): void {
  const { publicUrl } = ports;

  /** The session that this browser has, whatever it still needs. */
  async function sessionOf(request: FastifyRequest): Promise<FoundSession | undefined> {
    const cookie = operatorCookie(request, publicUrl);
    return cookie && findSession(ports, cookie);
  }

  /** The page for what is still needed. */
  function pageFor(found: FoundSession, view: SignInView): Page {
    if (found.session.needs === "code") return signInCodePage(view);
    return choosePasswordPage({ ...view, name: found.operator.name });
  }

  async function answer(
    reply: FastifyReply,
    step: SignInStep,
    next: string,
    again: (refused: string) => Page,
    refused: string,
  ): Promise<FastifyReply> {
    if (step.kind === "on") {
      giveOperatorCookie(publicUrl, reply, step.cookie);
      return goTo(reply, step.needs === null ? next : `/sign-in?${new URLSearchParams({ next })}`);
    }
    if (step.kind === "refused") return sendPage(reply, again(refused), { status: 422 });
    reply.header("retry-after", String(step.retryAfterS));
    return sendPage(reply, again(waitWords(step.retryAfterS)), { status: 429 });
  }

  async function goOnAs(demo: Operator, request: FastifyRequest, reply: FastifyReply, next: string) {
    const { cookie } = await openSession(ports, demo, fromOf(request).browser, null);
    giveOperatorCookie(publicUrl, reply, cookie);
    return goTo(reply, next);
  }

  server.get("/sign-in", open, async (request, reply) => {
    const { next: wanted, out, again } = request.query as Readonly<Record<string, unknown>>;
    const next = ownPath(wanted);
    const found = again === undefined ? await sessionOf(request) : undefined;
    if (found?.session.needs === null) return goTo(reply, next);
    if (found) return sendPage(reply, pageFor(found, { next }));
    const demo = await demoOperator(ports, demoTenant, request);
    const chosen = out !== undefined || again !== undefined || staysOut(request, publicUrl);
    if (!demo || chosen || !isOwnNavigation(request))
      return sendPage(reply, signInPage({ next, out: out !== undefined, demo: demo?.name }));
    return goOnAs(demo, request, reply, next);
  });

  /** The demo's button. */
  async function goOnWithDemo(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const next = ownPath(readForm(demoForm, request.body).next);
    const demo = await demoOperator(ports, demoTenant, request);
    if (!demo) return goTo(reply, `/sign-in?${new URLSearchParams({ next })}`);
    noteStaysOut(publicUrl, reply, false);
    return goOnAs(demo, request, reply, next);
  }

  server.post("/sign-in", open, async (request, reply) => {
    if ((request.query as Readonly<Record<string, unknown>>).demo !== undefined)
      return goOnWithDemo(request, reply);
    const { name, password, next: wanted } = readForm(passwordForm, request.body);
    const next = ownPath(wanted);
    const step = await signIn(ports, { name, password: new Secret(password) }, fromOf(request));
    const again = (refused: string) => signInPage({ next, refused, name });
    return answer(reply, step, next, again, "The name or the password is not right: type both again.");
  });

  server.post("/sign-in/code", open, async (request, reply) => {
    const { code, next: wanted } = readForm(codeForm, request.body);
    const next = ownPath(wanted);
    const found = await sessionOf(request);
    if (found?.session.needs !== "code") return goTo(reply, `/sign-in?${new URLSearchParams({ next })}`);
    const step = await signInByCode(ports, found, new Secret(code), fromOf(request));
    const again = (refused: string) => signInCodePage({ next, refused });
    return answer(
      reply,
      step,
      next,
      again,
      "That code is wrong, too old or was used before: type the newest one.",
    );
  });

  server.post("/sign-in/password", open, async (request, reply) => {
    const form = readForm(chooseForm, request.body);
    const next = ownPath(form.next);
    const found = await sessionOf(request);
    if (found?.session.needs !== "password") return goTo(reply, `/sign-in?${new URLSearchParams({ next })}`);
    const again = (refused: string) => pageFor(found, { next, refused });
    if (form.next_password !== form.again_password)
      return sendPage(reply, again(passwordWords.again), { status: 422 });
    const { browser } = fromOf(request);
    const step = await choosePassword(ports, found, new Secret(form.next_password), browser);
    if (typeof step === "string") return sendPage(reply, again(passwordWords[step]), { status: 422 });
    return answer(reply, step, next, again, passwordWords.wrong);
  });

  server.post("/sign-out", signedIn, async (request, reply) => {
    await endSessions(ports, request.operator, request.operator.session);
    giveOperatorCookie(publicUrl, reply, undefined);
    if (demoTenant !== undefined) noteStaysOut(publicUrl, reply, true);
    return goTo(reply, "/sign-in?out=1");
  });
}
