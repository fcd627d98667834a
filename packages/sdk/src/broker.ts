import type { End } from "./lifetime.js";
import type { Secret } from "./secret.js";
import type { Attempt, Session } from "./session.js";

/** The five brokers. */
export type BrokerId = "ventura" | "autoshares" | "nuvama" | "zebu" | "rmoney";

/** Where a broker is: `api` is the base that call paths are relative to, `login` the base of the login page. */
export interface Origins {
  readonly api: string;
  readonly login: string;
}

/** One value of an app's registration. */
export interface KeyField {
  /** The broker's own name for it, as its portal and its pages have it. */
  readonly brokerName: string;
  readonly label: string;
  readonly secret: boolean;
  /** May be left out. */
  readonly optional?: true;
  /** The only length that can be right. */
  readonly length?: number;
}

/** Something that the broker's pages leave open, with what it is where nobody sets it. */
export interface OpenSetting {
  readonly label: string;
  /** `choice`: one of `choices`. `ms`: a number of milliseconds. `daily`: `HH:mm` India time, or `false` for none. */
  readonly kind: "choice" | "ms" | "daily";
  readonly choices?: readonly string[];
  readonly byDefault: string | number | false;
}

/** What differs between brokers, as data. */
export interface Traits {
  readonly id: BrokerId;
  readonly name: string;
  readonly country: "IN" | "US";
  /** `redirect`: the browser goes to the broker and comes back. `password`: the app asks for the credentials. */
  readonly login: "redirect" | "password";
  /** The broker returns the `state` that it was sent. */
  readonly echoesState: boolean;
  /** All users of an app share one vendor session. */
  readonly vendorSession: boolean;
  /** The one of a session's secrets that it is told by, where several logins may hand out the same session and its other secrets change. */
  readonly sharedSecret?: string;
  readonly refresh: boolean;
  readonly logout: boolean;
  /** A login without a browser, with a TOTP code. */
  readonly totpLogin: boolean;
  /** When the broker itself ends every session, each day: `HH:mm` on a clock so far ahead of UTC. The exchanges' daily logout is a setting. */
  readonly dailyEnd?: { readonly time: string; readonly utcOffset: string };
  /** What a person needs in order to register an app, by the names of the app's settings. */
  readonly keys: Readonly<Record<string, KeyField>>;
  /** What else an app may set, by the names of the app's settings. */
  readonly settings?: Readonly<Record<string, OpenSetting>>;
  /** The broker's published hosts; `live` is always there. */
  readonly environments: Readonly<Record<"live", Origins> & Record<string, Origins>>;
  /** The path of the first call of this broker, as `kunji call` shows it: method, path and body. */
  readonly firstCall: {
    readonly method: string;
    readonly path: string;
    readonly body?: string;
    /** The account that path or body names, as an example: the session's own goes in its place. */
    readonly account?: string;
  };
}

/** What the outside world gives to a client. Everything has a default but can be replaced. */
export interface Options {
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** ms since 1970, UTC */
  readonly now?: () => number;
  readonly randomBytes?: (length: number) => Uint8Array;
  /** How long one call to the broker may take, in ms; 10,000 by default. */
  readonly timeoutMs?: number;
  /** Whether calls renew by themselves a session that is about to end; true by default. False where `refresh` is called by hand alone. */
  readonly renews?: boolean;
}

/** What every verb that reaches the broker takes. */
export interface CallOptions {
  /** Cancels the call, which then throws `aborted`. */
  readonly signal?: AbortSignal;
}

/** What a login with a redirect begins with. */
export interface BeginInput extends CallOptions {
  /** Comes back with the callback where the broker returns it; a random one by default, which is what guards the login. */
  readonly state?: string;
}

/** A login that has begun: where the browser goes, and what its return is checked against. */
export interface Begun<B extends BrokerId> {
  /** Where to send the browser. */
  readonly url: string;
  /** Keep it for `complete`; it holds secrets. */
  readonly attempt: Attempt<B>;
}

/** A call to the broker. The session's own headers replace the caller's of the same name. */
export interface FetchInit extends CallOptions {
  /** `GET` by default; `HEAD`, `POST`, `PUT`, `PATCH` or `DELETE`. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What is judged of an answer: `body` is its JSON, `undefined` where it is none. */
export interface CallAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** The broker's answer, untouched, and the session to keep. */
export type Called<B extends BrokerId> = Response & {
  /** Keep this one: the call has moved its idle clock, and the broker may have handed out newer tokens. */
  readonly session: Session<B>;
};

/** What every broker's client has. */
export interface Client<B extends BrokerId = BrokerId> {
  readonly id: B;
  readonly traits: Traits;
  /** Where this client calls. */
  readonly origins: Origins;
  /** The address of a call, for whoever makes it with a client of their own. @throws KunjiError `path_refused` where the path leaves the broker's API */
  callUrl(path: string): string;
  /** Whose session has ended by the word of an answer; `undefined` where the answer does not say so. */
  ended(answer: CallAnswer): "user" | "vendor" | undefined;
  /**
   * The session with what an answer's headers hand out, to be kept; the same object where they hand out nothing.
   * @throws KunjiError `input_invalid` for another broker's session
   */
  newer(session: Session<B>, headers: Headers): Session<B>;
  /** When the session ends, as of `now` (ms since 1970, UTC; the client's clock by default). */
  endsAt(session: Session<B>, now?: number): End;
  /**
   * The headers that a call carries, for whoever makes the call with a client of their own.
   * @throws KunjiError `login_needed`, `session_unconfirmed`
   */
  callHeaders(session: Session<B>, options?: CallOptions): Promise<Readonly<Record<string, Secret>>>;
  /**
   * Calls the broker. The path is relative to the broker's base URL. Any answer of the broker's is returned, an error
   * status too, but for one that says that the session has ended.
   * @throws KunjiError `login_needed` when the session has ended, by our clock or by the broker's word;
   *   `path_refused`, `input_invalid`, `session_unconfirmed`, `vendor_renewed`, `redirect_refused`, `timed_out`, `network_failed`, `aborted`
   */
  fetch(session: Session<B>, path: string, init?: FetchInit): Promise<Called<B>>;
  /**
   * Proves the session by the broker's first call, and takes the account's id from its answer where it tells it.
   * @throws KunjiError `account_mismatch` when the broker names another account; `login_needed` when it refuses the session
   */
  prove(session: Session<B>, options?: CallOptions): Promise<Session<B>>;
}

/** A broker whose login sends the browser away and takes it back. */
export interface RedirectClient<B extends BrokerId = BrokerId> extends Client<B> {
  /** Makes the login URL. @throws KunjiError `input_invalid`; at Nuvama also what its vendor's login throws */
  begin(input?: BeginInput): Promise<Begun<B>>;
  /**
   * Checks the callback, then exchanges it. A callback that fails its check consumes nothing.
   * @throws KunjiError `attempt_mismatch`, `attempt_used`, `attempt_expired`, `callback_invalid`, `state_mismatch`, `login_denied`
   *   by the check; `exchange_refused` and others by the exchange
   */
  complete(attempt: Attempt<B>, callbackUrl: string | URL, options?: CallOptions): Promise<Session<B>>;
}

/** A broker that renews a session without its user. */
export interface RefreshingClient<B extends BrokerId = BrokerId> extends Client<B> {
  /** A newer session, which takes the older one's place. @throws KunjiError `refresh_refused` where only a login helps */
  refresh(session: Session<B>, options?: CallOptions): Promise<Session<B>>;
}

/** A broker where a client can log out. */
export interface LogoutClient<B extends BrokerId = BrokerId> extends Client<B> {
  /** Ends the session there. One that has ended already counts as logged out. @throws KunjiError `logout_refused` */
  logout(session: Session<B>, options?: CallOptions): Promise<void>;
}

/** Credentials of a login without a redirect. */
export interface PasswordLogin extends CallOptions {
  readonly username: string;
  readonly password: string | Secret;
  /** The answer to the step that an earlier `login` asked for. */
  readonly second?: { readonly step: OneMoreStep; readonly code: string | Secret };
}

/** The broker wants one more thing: ask the user, then log in again with `second`. */
export interface OneMoreStep {
  /** What to ask the user for. */
  readonly needs: "verification_code" | "pin";
  /** What ties the second step to the first. */
  readonly interim: Secret;
}

/** A broker whose login takes user name and password. */
export interface PasswordClient<B extends BrokerId = BrokerId> extends Client<B> {
  /** @throws KunjiError `credentials_refused`, `second_factor_refused`, `keys_refused`, `input_invalid` */
  login(input: PasswordLogin): Promise<Session<B> | OneMoreStep>;
}

/** Credentials of a login with a one-time code and no browser. */
export interface TotpLogin extends CallOptions {
  readonly clientId: string;
  readonly password: string | Secret;
  readonly totp: string | Secret;
  /** The address that the broker asks for, as `AA:BB:CC:DD:EE:FF`. */
  readonly macAddress: string;
}

/** A broker with a login by a one-time code and no browser. */
export interface TotpClient<B extends BrokerId = BrokerId> extends Client<B> {
  /** @throws KunjiError `credentials_refused`, `account_mismatch`, `rate_limited`, `input_invalid` */
  loginWithTotp(input: TotpLogin): Promise<Session<B>>;
}

/** A broker where all users of an app share one vendor session. */
export interface VendorClient<B extends BrokerId = BrokerId> extends Client<B> {
  /** Makes a vendor session, or returns the one that is alive; with `fresh` a new one though one seems alive. @throws KunjiError `keys_refused` */
  loginVendor(options?: CallOptions & { readonly fresh?: boolean }): Promise<VendorSession>;
  /** Ends the vendor session, and with it every call of the vendor's users. @throws KunjiError `logout_refused` */
  logoutVendor(options?: CallOptions): Promise<void>;
}

/** One session for all users of a vendor. */
export interface VendorSession {
  readonly token: Secret;
  /** ms since 1970, UTC */
  readonly endsAt: number;
  /** Logged out on purpose: no new one is made for calls, only for the next login. */
  readonly loggedOut: boolean;
}

/** Where the vendor session is kept between processes; in memory by default. What it throws reaches the caller as it is. */
export interface VendorStore {
  load(): Promise<VendorSession | undefined>;
  save(session: VendorSession): Promise<void>;
  /**
   * Makes another session than the one that can't be used, where many processes share one: the client then makes none
   * itself, and saves none but a logged out one.
   */
  renew?(unusable: Secret | undefined): Promise<VendorSession>;
}

/** Any broker's client, for code that asks which verbs there are. */
export type AnyClient = Client &
  Partial<
    Pick<RedirectClient, "begin" | "complete"> &
      Pick<RefreshingClient, "refresh"> &
      Pick<LogoutClient, "logout"> &
      Pick<PasswordClient, "login"> &
      Pick<TotpClient, "loginWithTotp"> &
      Pick<VendorClient, "loginVendor" | "logoutVendor">
  >;

/** A broker: call it with an app's keys for the live hosts, or name other hosts. */
export interface Broker<App, C extends Client, O extends Options = Options> {
  (app: App, options?: O): C;
  /** The sandbox that listens at `origin`, `http://127.0.0.1:4701` for one. */
  sandbox(origin: string, app: App, options?: O): C;
  /** Other hosts of the broker's own: UAT, a white label. Only https, but for a loopback address. */
  at(origins: Origins, app: App, options?: O): C;
  readonly traits: Traits;
}

/** Any broker, its app's keys by the names in `traits.keys`. */
export type AnyBroker = Broker<
  Readonly<Record<string, unknown>>,
  AnyClient,
  Options & { readonly vendorStore?: VendorStore }
>;
