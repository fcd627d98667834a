import { Readable } from "node:stream";
import { setTimeout as after } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { BrowserCookie } from "../../flows/login/login-step.js";
import type { Ports } from "../../ports/ports.js";
import { type Page, pageEnd, pageTop } from "../pages/layout.js";
import { goOnView, progressView } from "../pages/problem-page.js";
import { pageHeaders } from "../pages/send-page.js";
import { giveCookies, type Outcome, sendOutcome } from "./outcome.js";
import { wantsPage } from "./problem-answer.js";

/** What is known before the work is done, and so can be sent ahead of what comes of it. */
export interface Ahead {
  readonly title: string;
  readonly look: Page["look"];
  /** The broker's name. */
  readonly broker: string;
  /** Addresses that the redirect after a form at its end may lead to. */
  readonly formLeadsTo: readonly string[];
  /** What must be in the browser before a form at its end comes back. */
  readonly cookies?: readonly BrowserCookie[];
}

export interface ProgressOptions {
  readonly ports: Pick<Ports, "publicUrl">;
  /** How long a browser waits before it is shown that something is happening, in ms. */
  readonly afterMs: number;
  /** A failure as a page, noted where it is a fault of ours. */
  readonly failed: (error: unknown, request: FastifyRequest) => Promise<Page>;
}

const pause = Symbol("pause");

/** The outcome, or the sign that it takes its time. */
async function quickly(work: Promise<Outcome>, ms: number): Promise<Outcome | typeof pause> {
  const cancel = new AbortController();
  const late = after(ms, pause, { signal: cancel.signal, ref: false }).catch((): typeof pause => pause);
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel.abort();
  }
}

const endOf = (outcome: Outcome) =>
  outcome.kind === "go" ? (outcome.page?.body ?? goOnView(outcome.to)) : outcome.page.body;

/**
 * Answers with what comes of some work. What takes longer than a moment is answered with a page that begins at once, says that
 * something is happening, and ends with the outcome once it is there: no script is needed, and no other gateway.
 */
export const withProgress =
  ({ ports, afterMs, failed }: ProgressOptions) =>
  async (
    request: FastifyRequest,
    reply: FastifyReply,
    ahead: Ahead,
    work: Promise<Outcome>,
  ): Promise<FastifyReply> => {
    const outcome = wantsPage(request) ? await quickly(work, afterMs) : await work;
    if (outcome !== pause) return sendOutcome(ports, reply, outcome);
    const { broker, formLeadsTo, cookies, ...page } = ahead;
    giveCookies(ports, reply, cookies);
    async function* parts() {
      yield String(await pageTop(page)) + String(await progressView(broker));
      const end = await work.then(endOf, async (error: unknown) => (await failed(error, request)).body);
      yield String(await end) + String(await pageEnd);
    }
    return reply
      .code(200)
      .headers({ ...pageHeaders(formLeadsTo), "x-accel-buffering": "no" })
      .send(Readable.from(parts(), { objectMode: false }));
  };

export type AnswerWithProgress = ReturnType<typeof withProgress>;
