import type { BrokerId, Called, CallOptions, Client, FetchInit } from "./broker.js";
import { KunjiError } from "./errors.js";
import { mergedHeaders } from "./headers.js";
import { jsonOf } from "./json.js";
import { refusal, unexpected } from "./judge.js";
import { endsAt } from "./lifetime.js";
import { Secret } from "./secret.js";
import { boundedText, heeding, reach, type StepAnswer, type StepRequest, secretsOf, send } from "./send.js";
import { own, type Session } from "./session.js";
import { callUrl, type Site } from "./site.js";

/** The broker says that a session has ended: whose, and in which words. */
export interface Ended {
  readonly whose: "user" | "vendor";
  readonly text: unknown;
}

/** What a broker's file says of its calls. */
export interface Manners<B extends BrokerId> {
  /** The headers that carry the session. */
  headers(session: Session<B>, signal?: AbortSignal): Promise<Record<string, string>>;
  /** Whether an answer says that a session has ended. */
  ended(answer: StepAnswer): Ended | undefined;
  /** The broker's first call, which proves a session. */
  proofRequest(session: Session<B>): Omit<StepRequest, "headers">;
  /** The account that the proof's answer names; `undefined` where it names none. */
  readProof(answer: StepAnswer): string | undefined;
  /** The session with what the broker has handed out in the answer's headers. */
  newer?(session: Session<B>, headers: Headers): Session<B>;
  /** Renews the session, where the broker can. */
  refresh?(session: Session<B>, options?: CallOptions): Promise<Session<B>>;
  /** Renews a vendor session that has merely ended. @throws KunjiError where it may not or can't */
  renewVendor?(refused: Record<string, string>, signal?: AbortSignal): Promise<void>;
}

/** A session is renewed when less than this is left of it. */
const marginMs = 60_000;
/** An answer that says that a session has ended is short. */
const peekBytes = 4096;

/** The verbs that all brokers share. */
export function client<B extends BrokerId>(site: Site<B>, manners: Manners<B>): Client<B> {
  const broker = site.id;
  const refreshing = new WeakMap<Session<B>, Promise<Session<B>>>();

  async function renewed(
    session: Session<B>,
    refresh: (session: Session<B>) => Promise<Session<B>>,
  ): Promise<Session<B>> {
    const running = refreshing.get(session);
    if (running) {
      const newer = await running;
      // Whoever has kept the older session may come back when the newer one has ended too.
      return endsAt(newer, site.now()).ended ? renewed(newer, refresh) : newer;
    }
    const started = refresh(session);
    refreshing.set(session, started);
    started.catch(() => refreshing.delete(session));
    return started;
  }

  /** The session to call with. @throws KunjiError `login_needed` where there is none */
  async function alive(session: Session<B>, signal: AbortSignal | undefined): Promise<Session<B>> {
    own(broker, session);
    const now = site.now();
    const end = endsAt(session, now);
    // A token's own end can be put off; a daily logout can't.
    const refresh = end.known && end.why === "moment" && site.renews ? manners.refresh : undefined;
    if (!end.known || end.at - now > marginMs || (!refresh && !end.ended)) return session;
    if (!refresh) throw new KunjiError("login_needed", { broker });
    if (signal?.aborted) throw new KunjiError("aborted", { broker });
    try {
      // The renewal is shared: who stops waiting stops it for nobody else.
      const newer = await heeding(site, renewed(session, refresh), signal);
      if (endsAt(newer, now).ended) throw new KunjiError("login_needed", { broker });
      return newer;
    } catch (error) {
      if (end.ended || signal?.aborted) throw error;
      return session;
    }
  }

  /** The broker's word on an answer, from its beginning; the answer itself stays whole. */
  async function peek(
    response: Response,
    sent: readonly string[],
    within: <R>(promise: Promise<R>) => Promise<R>,
  ) {
    const { status, headers } = response;
    const length = Number(headers.get("content-length") ?? 0);
    const text = length > peekBytes ? undefined : await boundedText(response.clone(), peekBytes, within);
    const answer: StepAnswer = { status, headers, body: text === undefined ? undefined : jsonOf(text), sent };
    return { answer, ended: manners.ended(answer) };
  }

  async function called(
    session: Session<B>,
    path: string,
    init: FetchInit,
    again: boolean,
  ): Promise<Called<B>> {
    const auth = await manners.headers(session, init.signal);
    const typed = init.body === undefined ? {} : { "content-type": "application/json" };
    const lower = mergedHeaders(broker, { ...typed, ...mergedHeaders(broker, init.headers ?? {}, {}) }, auth);
    const sent = [...secretsOf({ headers: auth }), ...(init.body ? [init.body] : [])];
    const usedAt = site.now();
    const { response, answer, ended } = await reach(
      site,
      callUrl(site, path),
      { ...init, headers: lower },
      async (response, within) => ({
        response,
        ...(await peek(response, sent, within)),
      }),
    );
    if (!ended) {
      const next = manners.newer?.(session, response.headers) ?? session;
      return Object.assign(response, { session: { ...next, usedAt } });
    }
    void response.body?.cancel().catch(() => undefined);
    if (ended.whose === "user" || !manners.renewVendor || again)
      throw refusal("login_needed", broker, answer, ended.text);
    await manners.renewVendor(auth, init.signal);
    // Refused as unauthenticated, so not carried out; yet only a read is sent a second time.
    if ((init.method ?? "GET") !== "GET") throw refusal("vendor_renewed", broker, answer, ended.text);
    return called(session, path, init, true);
  }

  /** The answer to the proof's call, a read, which a renewed vendor session sends again. */
  async function asked(
    session: Session<B>,
    signal: AbortSignal | undefined,
    again: boolean,
  ): Promise<StepAnswer> {
    const headers = await manners.headers(session, signal);
    const answer = await send(site, { ...manners.proofRequest(session), headers }, signal);
    const ended = manners.ended(answer);
    if (!ended) return answer;
    if (ended.whose === "user" || !manners.renewVendor || again)
      throw refusal("login_needed", broker, answer, ended.text);
    await manners.renewVendor(headers, signal);
    return asked(session, signal, true);
  }

  return {
    id: broker,
    traits: site.traits,
    origins: site.origins,
    callUrl: (path) => callUrl(site, path),
    ended: (answer) => manners.ended({ ...answer, sent: [] })?.whose,
    newer(session, headers) {
      own(broker, session);
      const next = manners.newer?.(session, headers) ?? session;
      const names = Object.keys(next.secrets);
      const same = names.every((name) => next.secrets[name]?.reveal() === session.secrets[name]?.reveal());
      return same ? session : next;
    },
    endsAt: (session, now = site.now()) => endsAt(session, now),

    async callHeaders(session, { signal } = {}) {
      if (!session.confirmed) throw new KunjiError("session_unconfirmed", { broker });
      const headers = await manners.headers(await alive(session, signal), signal);
      return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, new Secret(value)]));
    },

    async fetch(session, path, init = {}) {
      if (!session.confirmed) throw new KunjiError("session_unconfirmed", { broker });
      callUrl(site, path);
      return called(await alive(session, init.signal), path, init, false);
    },

    async prove(session, { signal } = {}) {
      const current = await alive(session, signal);
      const usedAt = site.now();
      const answer = await asked(current, signal, false);
      if (answer.status === 429 || answer.status >= 500) throw unexpected(broker, answer);
      const account = manners.readProof(answer);
      if (account && current.account && account !== current.account)
        throw refusal("account_mismatch", broker, answer);
      const next = manners.newer?.(current, answer.headers) ?? current;
      return { ...next, account: account ?? current.account, confirmed: true, usedAt };
    },
  };
}
