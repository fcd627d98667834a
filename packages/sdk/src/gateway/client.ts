import type { BrokerId } from "../broker.js";
import type { Secret } from "../secret.js";
import type * as api from "./types.js";

/** How a gateway is reached. */
export interface GatewayOptions {
  /** Its public address, such as `https://kunji.example`; plain http on this machine only, unless `plainHttp`. */
  readonly url: string;
  /** An API key of the gateway. */
  readonly key: string | Secret;
  /** In place of the runtime's own. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** How long a call may take with its answer, in ms: 35 000 by default, so that the gateway's own limit of 30 s speaks first. */
  readonly timeoutMs?: number | undefined;
  /** Allows plain http to another machine, as within a private network: the key then travels in the clear. */
  readonly plainHttp?: boolean | undefined;
}

export interface CallOptions {
  /** Cancels the call: it then throws `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

export interface PostOptions extends CallOptions {
  /**
   * 1 to 200 printable characters. A call that is sent again with the same key within a day takes effect once and gets the
   * first one's answer. The client sends nothing twice by itself, so it makes no key: give one where you may send again.
   */
  readonly idempotencyKey?: string | undefined;
}

/** A call to the broker. */
export interface ProxyInit extends CallOptions {
  /** `GET` by default; `HEAD`, `POST`, `PUT`, `PATCH` or `DELETE`. A refused `HEAD` has no code, only its status. */
  readonly method?: string | undefined;
  /** Without credentials: the gateway puts them in. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined;
}

/** Which page of a list. */
export interface PageQuery {
  /** How many at most: 50 by default, 200 at most. */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** From where a sequence is read on. */
export interface SequenceQuery {
  readonly limit?: number | undefined;
  /** The sequence after which to begin, or `next` of the page before. */
  readonly after?: number | string | undefined;
}

/** All given conditions hold. */
export interface ConnectionQuery extends PageQuery {
  readonly app?: string | undefined;
  readonly user?: string | undefined;
  readonly broker?: BrokerId | undefined;
  readonly status?: api.ConnectionStatus | undefined;
  /** Those whose session ends before: they come first to end first, without those whose end nobody knows. */
  readonly ends_before?: Date | api.Moment | undefined;
}

export interface ReadinessQuery extends PageQuery {
  /** The next open of each broker's market by default. */
  readonly at?: Date | api.Moment | undefined;
}

/** A list: by the page, or everything in it, of which the pages are fetched as they are reached. */
export interface List<T, Q = PageQuery, P = api.Listed<T>> {
  /** One page. */
  list(query?: Q, options?: CallOptions): Promise<P>;
  /** From the query's place to the end: `for await (const one of apps.each())`. */
  each(query?: Q, options?: CallOptions): AsyncGenerator<T, void, undefined>;
}

/** Needs the scope `read` to read, `admin` to change. */
export interface Apps extends List<api.AppInfo> {
  /** Adds an app or changes it. The answer holds the `callback_url` to register with the broker. */
  put(id: string, app: api.PutApp, options?: CallOptions): Promise<api.AppInfo>;
  get(id: string, options?: CallOptions): Promise<api.AppInfo>;
  /** Logs the app's vendor session out: all its users must log in again. */
  endVendorSession(id: string, options?: CallOptions): Promise<void>;
}

/** The tenants that yours has made. For an operator's key. */
export interface Tenants extends List<api.TenantInfo> {
  /** The answer holds the tenant's first API key, which is shown this once. */
  add(tenant: api.PostTenant, options?: PostOptions): Promise<api.NewTenant>;
  /** Its API keys open nothing from then on. */
  end(id: string, options?: CallOptions): Promise<void>;
}

/** API keys. Needs the scope `admin`. */
export interface Keys extends List<api.KeyRecord> {
  /** The answer's `key` is shown this once. */
  add(key: api.PostKey, options?: PostOptions): Promise<api.NewKey>;
  end(id: string, options?: CallOptions): Promise<void>;
}

/** Needs the scope `admin`. */
export interface Webhooks extends List<api.WebhookInfo> {
  /** The answer's `secret` is shown this once. */
  add(webhook: api.PostWebhook, options?: PostOptions): Promise<api.NewWebhook>;
  get(id: string, options?: CallOptions): Promise<api.WebhookInfo>;
  /** Changes what is given; `null` takes a filter away. */
  change(id: string, change: api.PatchWebhook, options?: CallOptions): Promise<api.WebhookInfo>;
  end(id: string, options?: CallOptions): Promise<void>;
  /** Sends it an event of its own, `webhook.test`: `deliveries` tells what became of it. */
  test(id: string, options?: PostOptions): Promise<api.DeliveryInfo>;
  /** Sends events again, under their old ids. */
  replay(id: string, range: api.PostReplay, options?: PostOptions): Promise<api.Replayed>;
  /** Lets events come again after a pause. */
  resume(id: string, options?: PostOptions): Promise<api.WebhookInfo>;
  /** What was sent to it and what came of it, oldest first. */
  deliveries(id: string, query?: SequenceQuery, options?: CallOptions): Promise<api.Listed<api.DeliveryInfo>>;
  eachDelivery(
    id: string,
    query?: SequenceQuery,
    options?: CallOptions,
  ): AsyncGenerator<api.DeliveryInfo, void, undefined>;
}

export interface Connections extends List<api.ConnectionInfo, ConnectionQuery> {
  /** Makes a connection: send the user's browser to `connect_url`. Needs the scope `connect`. */
  create(connection: NewConnection, options?: PostOptions): Promise<api.ConnectLink>;
  /** A link to log a connection in again; its session works until the new one is confirmed. */
  reconnect(
    id: string,
    change?: { readonly return_url?: string | undefined },
    options?: PostOptions,
  ): Promise<api.ConnectLink>;
  get(id: string, options?: CallOptions): Promise<api.ConnectionInfo>;
  /** Gives it a proxy of its own, or takes it away. Needs the scope `connect`. */
  change(id: string, change: api.PatchConnection, options?: CallOptions): Promise<api.ConnectionInfo>;
  /** Logs it out where the broker can, and erases its session, for good. */
  close(id: string, options?: CallOptions): Promise<void>;
  /** Redeems the one-time code that the browser brought back, for the user of your own browser session. */
  confirm(id: string, confirmation: api.PostConfirm, options?: PostOptions): Promise<api.ConnectionInfo>;
  /** The headers for a call, good for at least `min` seconds. Needs the scope `session`; each reading is audited. */
  session(
    id: string,
    query?: { readonly min?: number | undefined },
    options?: CallOptions,
  ): Promise<api.SessionHeaders>;
  /**
   * Calls the broker with the connection's credentials. `path` is relative to the broker's base URL.
   * @returns the broker's answer, whatever its status
   * @throws GatewayError for every answer that isn't the broker's, such as `login_needed`
   */
  fetch(id: string, path: string, init?: ProxyInit): Promise<Response>;
}

/** Links by which users choose their broker. Needs the scope `connect`. */
export interface ConnectLinks {
  /** The connection is made when an app is chosen: the browser brings its id back. */
  create(link: api.PostConnectLink, options?: PostOptions): Promise<api.ChoiceLink>;
}

/** Who did what, oldest first. Needs the scope `admin`. */
export interface Audit extends List<api.AuditEntry, SequenceQuery> {
  /** Walks the chain. An anchor is an entry's place that you have kept, from the event `audit.anchored`. */
  verify(
    query?: { readonly anchor?: api.AuditPlace | undefined },
    options?: CallOptions,
  ): Promise<api.AuditVerdict>;
}

/** The keys that everything is sealed with. For an operator's key. */
export interface Vault {
  /** The keys, what each has sealed, and the last rotation. */
  get(options?: CallOptions): Promise<api.VaultInfo>;
  /** Begins to seal everything with another key; answers the running rotation where one runs. */
  rotate(wish?: api.PostRotation, options?: PostOptions): Promise<api.RotationInfo>;
  /** How far the last rotation is; `not_found` where there was none. */
  rotation(options?: CallOptions): Promise<api.RotationInfo>;
}

export type NewConnection = Extract<api.PostConnection, { readonly app: string }>;

/** A gateway's API as one tenant's key sees it. Every call throws `GatewayError`. */
export interface Gateway {
  /** The brokers, their traits, and what an app needs at each. */
  brokers(options?: CallOptions): Promise<readonly api.BrokerInfo[]>;
  readonly apps: Apps;
  readonly tenants: Tenants;
  readonly keys: Keys;
  readonly webhooks: Webhooks;
  readonly connections: Connections;
  readonly connectLinks: ConnectLinks;
  /** One page of those who will have no live session at a moment, each with a link to log in. */
  readiness(query?: ReadinessQuery, options?: CallOptions): Promise<api.Readiness>;
  /** All of them. */
  eachNotReady(query?: ReadinessQuery, options?: CallOptions): AsyncGenerator<api.NotReady, void, undefined>;
  /** What happened, oldest first. */
  readonly events: List<api.EventInfo, SequenceQuery>;
  readonly audit: Audit;
  readonly vault: Vault;
}
