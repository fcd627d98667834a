import type { VendorSession, VendorStore } from "../broker.js";
import { KunjiError } from "../errors.js";
import { headerValue } from "../headers.js";
import { isObject } from "../json.js";
import { read, refusal, unexpected } from "../judge.js";
import { Secret } from "../secret.js";
import { heeding, type StepAnswer, type StepRequest, send } from "../send.js";
import { attemptMs } from "../session.js";
import type { Site } from "../site.js";
import * as wire from "./nuvama.wire.js";

/** The vendor session's life: 24 hours from its making. */
const vendorMs = 86_400_000;

/** What an app's keys say of its vendor. */
export type VendorTexts = Readonly<Record<"vendor" | "pwd", string>>;

function vendorUrl(site: Site, path: string, app: VendorTexts): string {
  return site.origins.api + path.replace("{vendor}", encodeURIComponent(app.vendor));
}

/** The page's samples leave `Source` out, its table demands it: it is sent. */
export function loginVendorRequest(site: Site, app: VendorTexts): StepRequest {
  return {
    method: "POST",
    url: vendorUrl(site, wire.paths.loginVendor, app),
    headers: { [wire.headers.source]: headerValue("nuvama", "vendor", app.vendor) },
    json: { pwd: app.pwd },
  };
}

/** `errCd` and `errMsg` of the error envelope. */
export function errorOf(answer: StepAnswer): { readonly errCd?: unknown; readonly errMsg?: unknown } {
  const error = isObject(answer.body) ? answer.body.error : undefined;
  return isObject(error) ? error : {};
}

/** `now` in ms since 1970, UTC. @throws KunjiError `keys_refused`, `answer_unreadable`, … */
export function readLoginVendor(answer: StepAnswer, now: number): VendorSession {
  const { errCd, errMsg } = errorOf(answer);
  if (errCd !== undefined && answer.status < 500 && answer.status !== 429)
    throw refusal("keys_refused", "nuvama", answer, errMsg);
  if (answer.status >= 400) throw unexpected("nuvama", answer, errMsg);
  const { msg, success } = read("nuvama", answer, wire.vendorAnswer);
  if (!success) throw refusal("keys_refused", "nuvama", answer, msg);
  if (!/^[0-9a-f]{32}$/.test(msg)) throw unexpected("nuvama", answer, undefined, "msg");
  return { token: new Secret(msg), endsAt: now + vendorMs, loggedOut: false };
}

export function logoutVendorRequest(site: Site, app: VendorTexts, session: VendorSession): StepRequest {
  return {
    method: "PUT",
    url: vendorUrl(site, wire.paths.logoutVendor, app),
    headers: {
      "content-type": "application/json",
      [wire.headers.source]: headerValue("nuvama", "vendor", app.vendor),
      [wire.headers.sourceToken]: session.token.reveal(),
    },
  };
}

/** A source token that is dead already is a logout. @throws KunjiError `logout_refused`, … */
export function readLogoutVendor(answer: StepAnswer): void {
  const { errCd, errMsg } = errorOf(answer);
  if (errCd === wire.errors.sourceToken.errCd) return;
  if (answer.status >= 500 || answer.status === 429) throw unexpected("nuvama", answer, errMsg);
  if (errCd !== undefined) throw refusal("logout_refused", "nuvama", answer, errMsg);
  const { msg, success } = read("nuvama", answer, wire.vendorAnswer);
  if (!success) throw refusal("logout_refused", "nuvama", answer, msg);
}

/** The one vendor session of an app: made once however many ask at the same moment. */
interface VendorKeeper {
  /** The one that is alive, else a new one: for the beginning of a login. With `fresh` another than the one on file. */
  forLogin(signal?: AbortSignal, fresh?: boolean): Promise<VendorSession>;
  /** The one to call with. @throws KunjiError `login_needed` after a deliberate logout */
  forCall(signal?: AbortSignal): Promise<VendorSession>;
  /** The broker refused this token: a new one, unless there is one already. @throws KunjiError `login_needed` */
  after(refused: string | undefined, signal?: AbortSignal): Promise<VendorSession>;
  logout(signal?: AbortSignal): Promise<void>;
}

function memory(): VendorStore {
  let kept: VendorSession | undefined;
  return {
    load: async () => kept,
    save: async (session) => {
      kept = session;
    },
  };
}

type Usable = (kept: VendorSession) => boolean;

const loggedOut = () => new KunjiError("login_needed", { broker: "nuvama", field: "vendor" });

export function vendorKeeper(site: Site, app: VendorTexts, store: VendorStore = memory()): VendorKeeper {
  let running: Promise<VendorSession> | undefined;

  async function made(usable: Usable, forCall: boolean): Promise<VendorSession> {
    const kept = await store.load();
    if (kept && usable(kept)) return kept;
    if (kept?.loggedOut && forCall) throw loggedOut();
    if (store.renew) return store.renew(kept?.token);
    const now = site.now();
    const session = readLoginVendor(await send(site, loginVendorRequest(site, app)), now);
    await store.save(session);
    return session;
  }

  /** Whoever comes while one is being made waits for that one; who stops waiting stops it for nobody else. */
  async function shared(usable: Usable, forCall: boolean, signal?: AbortSignal): Promise<VendorSession> {
    // The one that is being made may be meant for another use: a token that is refused serves no call.
    while (running) {
      const joined = await heeding(site, running, signal);
      if (usable(joined)) return joined;
    }
    running = made(usable, forCall).finally(() => {
      running = undefined;
    });
    return heeding(site, running, signal);
  }

  const lasting = (kept: VendorSession, forMs: number) => !kept.loggedOut && kept.endsAt - site.now() > forMs;

  return {
    async forLogin(signal, fresh = false) {
      const old = fresh ? (await store.load())?.token.reveal() : undefined;
      return shared((kept) => lasting(kept, attemptMs) && kept.token.reveal() !== old, false, signal);
    },
    forCall: (signal) => shared((kept) => lasting(kept, 60_000), true, signal),
    after: (refused, signal) =>
      shared((kept) => lasting(kept, 60_000) && kept.token.reveal() !== refused, true, signal),
    async logout(signal) {
      const kept = await store.load();
      if (!kept) throw new KunjiError("logout_refused", { broker: "nuvama", field: "vendor" });
      readLogoutVendor(await send(site, logoutVendorRequest(site, app, kept), signal));
      await store.save({ ...kept, loggedOut: true });
    },
  };
}
