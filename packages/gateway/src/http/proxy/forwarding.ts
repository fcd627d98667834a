import { Problem } from "../../domain/problem.js";
import { isBodiless, mayBeShort, unfitAnswer, withFate } from "../../domain/proxy-answer.js";
import type { BodySearch } from "../../domain/proxy-credentials.js";
import type { Whose } from "../../flows/proxy-answers.js";
import type { ProxyEntry } from "../../flows/proxy-entry.js";
import type { AnswerHeaders, UpstreamControl, UpstreamHandler } from "../../ports/upstream.js";
import { answerHead } from "./answer-head.js";
import { knownNow, knownSoon, sendCurrent } from "./current-session.js";
import type { Expiring } from "./deadlines.js";
import { type OutgoingBody, outgoingCall } from "./outgoing-call.js";
import type { ProxiedCall } from "./proxied-call.js";
import { callerLeft, clientGone, notAsItWas, notPassedOn, type ProxyParts } from "./proxy-parts.js";
import { writeProblem } from "./proxy-problem.js";
import { BodyTooLarge, hasBody } from "./request-body.js";
import { hearDrain, hearResponse, type ResponseHearer } from "./response-events.js";

/** One call on its way to a broker and its answer on the way back. */
export class Forwarding implements UpstreamHandler, Expiring, ResponseHearer {
  expiresAt = 0;
  readonly #parts: ProxyParts;
  readonly #of: ProxiedCall;
  readonly #method: string;
  #entry: ProxyEntry;
  #body: OutgoingBody = null;
  /** On the clock that only goes forward, in ms. */
  #countedAt = 0;
  /** Since when it waits for a connection, on the same clock; 0 where it has not waited. */
  #waitsFrom = 0;
  #control: UpstreamControl | undefined;
  #done = false;
  #again: Whose | undefined;
  // The answer
  #status = 0;
  #headers: AnswerHeaders = {};
  #received = 0;
  /** The answer's beginning, while it is held back. */
  #held: Buffer[] | undefined;
  #search: BodySearch | undefined;
  #endedAtHead: Whose | undefined;

  constructor(parts: ProxyParts, of: ProxiedCall, entry: ProxyEntry) {
    this.#parts = parts;
    this.#of = of;
    this.#entry = entry;
    this.#method = of.request.method ?? "GET";
    hearResponse(of.response, this);
    this.#startClock();
  }

  /** Sends the call, with the session as it is by now where another one is given. */
  send(body: OutgoingBody, entry = this.#entry): void {
    if (this.#done) return;
    this.#body = body;
    this.#entry = entry;
    if (this.#of.call.kind !== "order" || this.#orderMayLeave()) this.#dispatch();
  }

  /** The call is an order, and was counted just now. */
  counted(): void {
    this.#countedAt = this.#parts.monotonicMs();
  }

  /** Orders aren't queued, nor sent long after they were counted. */
  #orderMayLeave(): boolean {
    const { upstream, limits, monotonicMs } = this.#parts;
    const { origin, egress } = this.#entry;
    const late = monotonicMs() - this.#countedAt > limits.orderMs;
    if (!late && (this.#waitsFrom > 0 || !upstream.isFull(origin, egress))) return true;
    this.#fail(new Problem("broker_busy", { retryAfterS: 1 }));
    return false;
  }

  #dispatch(): void {
    const { upstream, limits, monotonicMs } = this.#parts;
    const { request, call } = this.#of;
    this.#waitsFrom = 0;
    upstream.send(outgoingCall(request, call.path, this.#entry, this.#body, limits.requestBytes), this);
    // Where there is a connection the call has left by now, and nobody asked for the time.
    if (!this.#control) this.#waitsFrom = monotonicMs();
  }

  onRequestStart(control: UpstreamControl): void {
    if (this.#done) control.abort(callerLeft);
    else if (this.#waitsFrom === 0 || this.#mayLeave()) this.#control = control;
    else control.abort(notAsItWas);
  }

  /** Whether a call that has waited for its connection leaves as it is. Else it is refused, or sent anew. */
  #mayLeave(): boolean {
    const { limits, monotonicMs } = this.#parts;
    if (this.#of.call.kind === "order" && !this.#orderMayLeave()) return false;
    if (monotonicMs() - this.#waitsFrom <= limits.promptMs || knownNow(this.#of.current) === this.#entry)
      return true;
    this.#waitsFrom = 0;
    setImmediate(() => sendCurrent(this, this.#body, this.#entry, this.#of.current));
    return false;
  }

  /** The session is kept known while the call waits, so that it leaves by the connection that it gets. */
  stillGoing(): void {
    if (this.#waitsFrom > 0 && !this.#control) knownNow(this.#of.current);
  }

  onResponseStart(_: UpstreamControl, status: number, headers: AnswerHeaders): void {
    if (this.#done || status < 200) return;
    this.#status = status;
    this.#headers = headers;
    this.#received = 0;
    this.#search = undefined;
    const { limits, answers } = this.#parts;
    const bodiless = isBodiless(this.#method, status);
    const unfit = unfitAnswer(status, headers, bodiless ? Number.POSITIVE_INFINITY : limits.answerBytes);
    if (unfit) {
      this.#fail(unfit);
      return;
    }
    if (bodiless || mayBeShort(headers, limits.peekBytes)) {
      this.#held = [];
      return;
    }
    this.#held = undefined;
    this.#endedAtHead = answers.endedBy(this.#entry, status, headers);
  }

  onResponseData(_: UpstreamControl, chunk: Buffer): void {
    if (this.#done) return;
    const { limits } = this.#parts;
    this.#received += chunk.length;
    if (this.#received > limits.answerBytes) this.#fail(new Problem("answer_too_large"));
    else if (!this.#held) this.#pass(chunk);
    else {
      this.#held.push(chunk);
      if (this.#received > limits.peekBytes) this.#passHeld(Buffer.concat(this.#held));
    }
  }

  /** The answer is too long to be held back. */
  #passHeld(beginning: Buffer): void {
    this.#held = undefined;
    this.#endedAtHead = this.#parts.answers.endedBy(this.#entry, this.#status, this.#headers);
    this.#pass(beginning);
  }

  onResponseEnd(): void {
    if (this.#done) return;
    const { answers } = this.#parts;
    if (!this.#held) {
      if (!this.#of.response.headersSent) this.#writeHead(undefined);
      this.#of.response.end(this.#search?.rest());
      this.#settle(this.#status);
      if (this.#endedAtHead) void answers.ended(this.#entry, this.#endedAtHead);
      else answers.taken(this.#entry, this.#headers);
      return;
    }
    const [first] = this.#held;
    const body = this.#held.length > 1 ? Buffer.concat(this.#held) : first;
    if (body && this.#entry.credentials.inBody(body)) {
      this.#withhold();
      return;
    }
    const whose = answers.endedBy(this.#entry, this.#status, this.#headers, body);
    if (whose) void this.#ended(whose, body);
    else {
      answers.taken(this.#entry, this.#headers);
      this.#answer(body);
    }
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#done || error === notAsItWas) return;
    const code = this.#parts.upstream.timedOut(error) ? "broker_timed_out" : "broker_unavailable";
    this.#fail(new Problem(error instanceof BodyTooLarge ? "body_too_large" : code));
  }

  /** The call takes too long. */
  expire(): void {
    if (this.#done) return;
    // Where the broker is who takes the body slowly, some of it lies here.
    const callerIsSlow = !this.#of.request.complete && this.#of.request.readableLength === 0;
    this.#fail(new Problem(callerIsSlow ? "request_timed_out" : "broker_timed_out"));
  }

  /** Nothing is sent, and somebody else answers. Answers false where that is done already. */
  withdraw(): boolean {
    if (this.#done) return false;
    this.#settle(0, false);
    return true;
  }

  /** Nothing is sent. */
  refuse(reason: Problem): void {
    if (!this.#done) this.#fail(reason);
  }

  /** The caller has gone, or has everything. */
  closed(): void {
    if (this.#done) return;
    this.#settle(clientGone);
    this.#control?.abort(callerLeft);
  }

  /** The caller takes more. */
  drained(): void {
    if (!this.#done) this.#control?.resume();
  }

  /** The session had ended: it is renewed where that can be done, and a read is then sent once more. */
  async #ended(whose: Whose, body: Buffer | undefined): Promise<void> {
    const { answers, deadlines } = this.#parts;
    deadlines.delete(this);
    // A session that was renewed for this very call is not renewed again.
    const renewed = whose !== this.#again && (await answers.ended(this.#entry, whose));
    if (this.#done) return;
    const repeats = renewed && this.#again === undefined && this.#of.call.kind === "read";
    // Nothing of the request's body has passed by that could not be sent again.
    const sentWhole = Buffer.isBuffer(this.#body) || !hasBody(this.#of.request);
    if (!repeats || !sentWhole) {
      this.#answer(body);
      return;
    }
    this.#again = whose;
    const entry = await knownSoon(this.#of.current);
    if (this.#done) return;
    // It must still be the same place: the call was read for that.
    if (entry?.origin !== this.#entry.origin) {
      this.#answer(body);
      return;
    }
    this.#entry = entry;
    this.#control = undefined;
    this.#startClock();
    this.#dispatch();
  }

  /** Passes the broker's whole answer on. */
  #answer(body: Buffer | undefined): void {
    this.#writeHead(body);
    // Byte for byte the same: as a text it leaves in one piece with the head.
    this.#of.response.end(body?.toString("latin1"), "latin1");
    this.#settle(this.#status);
  }

  #writeHead(whole: Buffer | undefined): void {
    const head = answerHead(this.#parts, this.#entry, this.#headers, whole, this.#of.requestId);
    this.#of.response.writeHead(this.#status, head);
  }

  /** Passes a part of a long answer on. */
  #pass(chunk: Buffer): void {
    this.#search ??= this.#entry.credentials.search();
    const open = this.#search.push(chunk);
    if (!open) {
      this.#withhold();
      return;
    }
    if (open.length === 0) return;
    // Not before its first part was looked through: until then a problem can still be told.
    if (!this.#of.response.headersSent) this.#writeHead(undefined);
    if (this.#of.response.write(open)) return;
    this.#control?.pause();
    hearDrain(this.#of.response);
  }

  #withhold(): void {
    const { connection } = this.#entry;
    this.#parts.signals.warn("answer_withheld", { connection: connection.id, broker: connection.broker });
    this.#fail(new Problem("answer_withheld"));
  }

  /** Ends the call. Behind an answer's head nothing can be said any more: the caller's connection is cut. */
  #fail(reason: Problem): void {
    const sent = this.#control !== undefined || this.#again !== undefined;
    const problem = withFate(reason, this.#entry.connection.broker, this.#of.call.kind, sent);
    this.#settle(
      this.#of.response.headersSent ? this.#status : problem.status,
      reason.code !== "request_timed_out",
    );
    this.#control?.abort(notPassedOn);
    if (this.#of.response.headersSent) this.#of.response.destroy();
    else {
      // What is still on its way here is read and thrown away, so that the answer is heard.
      this.#of.request.resume();
      writeProblem(this.#of.response, problem, this.#of.requestId, this.#parts.always);
    }
  }

  #startClock(): void {
    this.expiresAt = this.#parts.monotonicMs() + this.#parts.limits.callMs;
    this.#parts.deadlines.add(this);
  }

  /** @param waitedForBroker else the time says nothing of the broker, and is not counted */
  #settle(status: number, waitedForBroker = true): void {
    const { deadlines, signals, monotonicMs } = this.#parts;
    this.#done = true;
    deadlines.delete(this);
    if (waitedForBroker)
      signals.proxied(this.#entry.connection.broker, status, monotonicMs() - this.#of.startedAt);
  }
}
