import type { IncomingMessage, ServerResponse } from "node:http";
import { Problem } from "../../domain/problem.js";
import { holdsJson, unfitAnswer, withFate } from "../../domain/proxy-answer.js";
import type { BodySearch } from "../../domain/proxy-credentials.js";
import { passedHeaders } from "../../domain/proxy-headers.js";
import type { Whose } from "../../flows/proxy-answers.js";
import type { BrokerCall } from "../../flows/proxy-call.js";
import type { ProxyEntry } from "../../flows/proxy-entry.js";
import type { AnswerHeaders, UpstreamControl, UpstreamHandler } from "../../ports/upstream.js";
import type { CurrentSession } from "./current-session.js";
import type { Expiring } from "./deadlines.js";
import { callerLeft, clientGone, notPassedOn, type ProxyParts } from "./proxy-parts.js";
import { requestIdHeader, writeProblem } from "./proxy-problem.js";
import { BodyTooLarge, hasBody, type RequestBody, streamed } from "./request-body.js";
import { hearDrain, hearResponse, type ResponseHearer } from "./response-events.js";

/** One call on its way to a broker and its answer on the way back. */
export class Forwarding implements UpstreamHandler, Expiring, ResponseHearer {
  expiresAt = 0;
  readonly #parts: ProxyParts;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #requestId: string;
  readonly #call: BrokerCall;
  readonly #method: string;
  readonly #startedAt: number;
  readonly #current: CurrentSession;
  #entry: ProxyEntry;
  #body: Buffer | null = null;
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

  constructor(
    parts: ProxyParts,
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    entry: ProxyEntry,
    call: BrokerCall,
    startedAt: number,
    current: CurrentSession,
  ) {
    this.#parts = parts;
    this.#request = request;
    this.#response = response;
    this.#requestId = requestId;
    this.#entry = entry;
    this.#call = call;
    this.#method = request.method ?? "GET";
    this.#startedAt = startedAt;
    this.#current = current;
    hearResponse(response, this);
    this.#startClock();
  }

  /** Sends the call with a body that is here as a whole. */
  send(body: Buffer | null, entry = this.#entry): void {
    if (this.#done) return;
    this.#body = body;
    this.#entry = entry;
    this.#dispatch(body, undefined);
  }

  /** Sends the call with its body as it comes; such a call goes out once. */
  stream({ length }: RequestBody): void {
    this.#dispatch(streamed(this.#request, this.#parts.limits.requestBytes), length);
  }

  #dispatch(body: Buffer | AsyncIterable<Buffer> | null, length: number | undefined): void {
    const { origin, egress, authHeaders, forwarded } = this.#entry;
    const given = this.#request.headers;
    const headers: string[] = [];
    for (const name of forwarded) {
      const value = given[name];
      if (typeof value === "string") headers.push(name, value);
    }
    if (length !== undefined) headers.push("content-length", String(length));
    for (const part of authHeaders) headers.push(part);
    const call = { origin, egress, path: this.#call.path, method: this.#method, headers, body };
    this.#parts.upstream.send(call, this);
  }

  onRequestStart(control: UpstreamControl): void {
    this.#control = control;
    if (this.#done) control.abort(callerLeft);
  }

  onResponseStart(_: UpstreamControl, status: number, headers: AnswerHeaders): void {
    if (this.#done || status < 200) return;
    this.#status = status;
    this.#headers = headers;
    this.#received = 0;
    this.#search = undefined;
    const { limits, answers } = this.#parts;
    const bodiless = this.#method === "HEAD" || status === 204 || status === 304;
    const unfit = unfitAnswer(status, headers, bodiless ? Number.POSITIVE_INFINITY : limits.answerBytes);
    if (unfit) {
      this.#fail(unfit);
      return;
    }
    const length = headers["content-length"] === undefined ? undefined : Number(headers["content-length"]);
    const short = length === undefined ? holdsJson(headers["content-type"]) : length <= limits.peekBytes;
    if (bodiless || short) {
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
      if (!this.#response.headersSent) this.#writeHead(undefined);
      this.#response.end(this.#search?.rest());
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
    if (this.#done) return;
    if (error instanceof BodyTooLarge) this.#fail(new Problem("body_too_large"));
    else
      this.#fail(
        new Problem(this.#parts.upstream.timedOut(error) ? "broker_timed_out" : "broker_unavailable"),
      );
  }

  /** The call takes too long. */
  expire(): void {
    if (this.#done) return;
    // Where the broker is who takes the body slowly, some of it lies here.
    const callerIsSlow = !this.#request.complete && this.#request.readableLength === 0;
    this.#fail(new Problem(callerIsSlow ? "request_timed_out" : "broker_timed_out"));
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
    const repeats = renewed && this.#again === undefined && this.#call.kind === "read";
    // Nothing of the request's body has passed by that could not be sent again.
    const sentWhole = this.#body !== null || !hasBody(this.#request);
    if (!repeats || !sentWhole) {
      this.#answer(body);
      return;
    }
    this.#again = whose;
    const entry = await Promise.resolve()
      .then(this.#current)
      .catch(() => undefined);
    if (this.#done) return;
    // It must still be the same place: the call was read for that.
    if (entry?.origin !== this.#entry.origin) {
      this.#answer(body);
      return;
    }
    this.#entry = entry;
    this.#control = undefined;
    this.#startClock();
    this.#dispatch(this.#body, undefined);
  }

  /** Passes the broker's whole answer on. */
  #answer(body: Buffer | undefined): void {
    this.#writeHead(body);
    this.#response.end(body);
    this.#settle(this.#status);
  }

  #writeHead(whole: Buffer | undefined): void {
    const { alwaysOfBroker, alwaysNames } = this.#parts;
    const { authNames, headerCredentials } = this.#entry;
    const withheld = { names: authNames, holds: headerCredentials.inText };
    const headers = passedHeaders(this.#headers, withheld, alwaysOfBroker, alwaysNames);
    if (whole && this.#headers["content-length"] === undefined)
      headers.push("content-length", String(whole.length));
    headers.push(requestIdHeader, this.#requestId);
    this.#response.writeHead(this.#status, headers);
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
    if (!this.#response.headersSent) this.#writeHead(undefined);
    if (this.#response.write(open)) return;
    this.#control?.pause();
    hearDrain(this.#response);
  }

  #withhold(): void {
    const { connection } = this.#entry;
    this.#parts.signals.warn("answer_withheld", { connection: connection.id, broker: connection.broker });
    this.#fail(new Problem("answer_withheld"));
  }

  /** Ends the call. Behind an answer's head nothing can be said any more: the caller's connection is cut. */
  #fail(reason: Problem): void {
    const sent = this.#control !== undefined || this.#again !== undefined;
    const problem = withFate(reason, this.#entry.connection.broker, this.#call.kind, sent);
    this.#settle(
      this.#response.headersSent ? this.#status : problem.status,
      reason.code !== "request_timed_out",
    );
    this.#control?.abort(notPassedOn);
    if (this.#response.headersSent) this.#response.destroy();
    else {
      // What is still on its way here is read and thrown away, so that the answer is heard.
      this.#request.resume();
      writeProblem(this.#response, problem, this.#requestId, this.#parts.always);
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
      signals.proxied(this.#entry.connection.broker, status, monotonicMs() - this.#startedAt);
  }
}
