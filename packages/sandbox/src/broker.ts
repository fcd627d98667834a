/**
 * What a broker's file in `brokers/` gives to the sandbox, and what the sandbox gives to it.
 * Handlers are pure in HTTP terms: a call and a world in, an answer out. They never see a socket.
 */

/** The five brokers. */
export type BrokerId = "ventura" | "autoshares" | "nuvama" | "zebu" | "rmoney";

/** One request as the broker's own host would see it: the path has no `/<broker>` in front. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  /** Values of `:name` parts of the route's path, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly headers: Headers;
  /** The body's text, whatever its content type; "" where there is none. */
  readonly body: string;
}

/** What a handler answers. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One registration with a broker: what a portal hands out. `keys` are under the broker's own names. */
export interface App {
  readonly id: string;
  readonly broker: BrokerId;
  readonly name: string;
  /** `null` at a broker whose login has no redirect. */
  readonly redirectUrl: string | null;
  readonly keys: Readonly<Record<string, string>>;
}

/** How a named user behaves; each broker's presets hold one of each that makes sense there. */
export type Behaviour =
  | "fine"
  | "wrong_password"
  | "locked"
  | "declines_consent"
  | "second_factor"
  | "ended_elsewhere";

/** Somebody who can log in at a broker. */
export interface User {
  readonly broker: BrokerId;
  readonly username: string;
  readonly name: string;
  readonly behaviour: Behaviour;
  /** One sentence for a person: what happens with this user. */
  readonly about: string;
  /** argon2id. */
  readonly passwordHash: string;
  /** Base32. */
  readonly totpSecret: string;
}

/** A one-time code on its way from the login page to the exchange. Times are ms since 1970, on the sandbox's clock. */
export interface Grant {
  readonly code: string;
  readonly broker: BrokerId;
  readonly appId: string;
  readonly username: string;
  readonly issuedAt: number;
}

/** A session that some token opens: a user's, or a vendor's (Nuvama). */
export interface LiveSession {
  readonly id: string;
  readonly broker: BrokerId;
  readonly kind: "user" | "vendor";
  readonly appId: string;
  /** `null` for a vendor's. */
  readonly username: string | null;
  readonly createdAt: number;
  readonly usedAt: number;
  /** Every token that finds this session, by the broker's name for it: `access_token`, `refresh_token`, `msg`, … */
  readonly tokens: Readonly<Record<string, string>>;
  /** What else the broker keeps: ends in ms, a vendor session's id, … JSON only. */
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

/** One of the moments at which a session stops opening calls, and why, as the end of a sentence. */
export interface SessionEnd {
  /** ms since 1970, on the sandbox's clock: the first moment at which it is over. */
  readonly at: number;
  readonly why: string;
}

/** How long a session lives if nobody ends it and nothing more happens. The earliest end counts. */
export interface SessionLife {
  readonly ends: readonly [SessionEnd, ...SessionEnd[]];
  /** Where it can be renewed after its end without a login: until when, in ms since 1970. */
  readonly renewableUntil?: number;
}

/** State, clock and chance. Every method is one atomic step on the store. */
export interface World {
  /** ms since 1970 on the sandbox's clock, which can be moved. */
  now(): number;
  /** `bytes` random bytes as lower-case hex. */
  randomHex(bytes: number): string;
  /** A random text of `length` letters and digits. */
  randomText(length: number): string;
  uuid(): string;

  /** The app of this broker one of whose keys has this value. */
  app(broker: BrokerId, key: string, value: string): App | undefined;
  appById(id: string): App | undefined;
  user(broker: BrokerId, username: string): User | undefined;

  putGrant(grant: Grant): void;
  /** All open grants of a broker, oldest first; for RMoney, whose exchange is found by its checksum alone. */
  grants(broker: BrokerId): readonly Grant[];
  /** Removes the grant and returns it: of two callers one gets it. */
  takeGrant(broker: BrokerId, code: string): Grant | undefined;

  putSession(session: LiveSession): void;
  session(broker: BrokerId, tokenName: string, token: string): LiveSession | undefined;
  sessions(
    broker: BrokerId,
    filter?: { kind?: "user" | "vendor"; appId?: string; username?: string },
  ): readonly LiveSession[];
  endSession(id: string): void;

  hasConsent(app: App, username: string): boolean;
  giveConsent(app: App, username: string): void;

  /** Checks a password against the user's hash. */
  passwordIs(user: User, password: string): Promise<boolean>;
  /** Checks a TOTP code against the clock on the wall; the same code may be used again within its step. */
  otpIs(user: User, otp: string): boolean;
  /** An RS256 JWT under the broker's own key, with its `kid` in the header; the JWKS is at `/.well-known/jwks.json`. */
  signJwt(
    broker: BrokerId,
    claims: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, string>>,
  ): Promise<string>;
  /** A compact JWE, `RSA-OAEP` with `A256GCM`, that only the broker could open. */
  sealJwe(
    broker: BrokerId,
    claims: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, string>>,
  ): Promise<string>;
}

/** One call that a broker takes. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** The broker's own path; `:name` is one segment. A trailing slash is optional throughout. */
  readonly path: string;
  /** What the call is for, in a person's words: "Token exchange". */
  readonly does?: string;
  handle(call: Call, world: World): Answer | Promise<Answer>;
}

/** The login page of a redirect broker. The sandbox draws the forms and checks password and code; the broker's file decides the rest. */
export interface LoginPage {
  readonly path: string;
  /** Names of the query parameters that the page carries through its forms. */
  readonly params: readonly string[];
  /** The app that the login URL names, or a sentence for the person who followed a bad one (shown with status 400, never a redirect). */
  app(query: URLSearchParams, world: World): App | { readonly refuse: string };
  readonly consent: "never" | "first" | "always";
  /** The user is in (and has consented): make the grant or session, and say where the browser goes. */
  granted(query: URLSearchParams, app: App, user: User, world: World): URL | Promise<URL>;
  /** The user declined. */
  declined(query: URLSearchParams, app: App, user: User, world: World): URL;
  /** Where the browser goes when the account can't log in at all; where it is left out, the page itself says so. */
  failed?(query: URLSearchParams, app: App, user: User, world: World): URL;
}

/** An app that is ready from the start. */
export interface PresetApp {
  readonly name: "cli" | "gateway";
  readonly keys: Readonly<Record<string, string>>;
}

/** A user who is ready from the start, in the clear. */
export interface PresetUser {
  readonly username: string;
  readonly name: string;
  readonly password: string;
  readonly totpSecret: string;
  readonly behaviour: Behaviour;
  readonly about: string;
}

/** One broker: its routes, its login page, its ready apps and users. */
export interface SandboxBroker {
  readonly id: BrokerId;
  /** As a person knows it: "Zebu MYNT". */
  readonly name: string;
  /** The broker's real host names: a request whose `Host` is one of them is served without the `/<broker>` prefix. */
  readonly hosts: readonly string[];
  /** A colour of its own for the pages, as `#rrggbb`. */
  readonly colour: string;
  /** One or two letters for its mark on the pages. */
  readonly monogram: string;
  /** How long a session lasts here, as a sentence. */
  readonly lasts: string;
  /** The time on India's clock at which all of its users' sessions end every day, where there is one. */
  readonly dailyEnd?: { readonly hour: number; readonly minute: number };
  /** When a session of this broker ends. */
  lifeOf(session: LiveSession): SessionLife;
  readonly login: LoginPage | null;
  readonly routes: readonly Route[];
  /** What the portal calls each key, and how a new app's are made. */
  readonly keyLabels: Readonly<Record<string, string>>;
  newKeys(appName: string, world: World): Readonly<Record<string, string>>;
  readonly presets: {
    readonly apps: readonly [PresetApp, PresetApp];
    readonly users: readonly [PresetUser, ...PresetUser[]];
  };
  /** Names of the fields (JSON, query or header, in lower case) whose values the ledger may show; all other values appear as fingerprints. */
  readonly shown: readonly string[];
  /** Names of the fields in an answer that name the account: the fault `another-account` changes them. */
  readonly accountFields: readonly string[];
  /** The grant that an exchange call would take, without taking it: for the faults `spent-code` and `expired-code`. */
  grantOf?(call: Call, world: World): Grant | undefined;
  /** The answer of a broker whose code is spent or expired is its own; this is how long a code lives, in ms. */
  readonly grantLifetimeMs: number;
}

/** An answer with a JSON body. */
export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(body),
  };
}
