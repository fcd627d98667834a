import type { BrokerId } from "../broker.js";

export * from "./history-types.js";
export * from "./vault-types.js";

/** What an API key may do. `connect`: make, confirm and end connections. `admin`: apps, keys, webhooks, audit. */
export type Scope = "connect" | "read" | "session" | "proxy" | "admin";

/** Which calls of a broker an API key may forward: reads, unless it is given more. Unknown calls count as orders. */
export type CallKind = "read" | "order" | "money";

/** Where a connection stands. `closed` is for good. */
export type ConnectionStatus = "new" | "pending" | "active" | "login_needed" | "unsure" | "closed";

/** A moment, ISO 8601 in UTC: `2026-11-23T03:45:00.000Z`. */
export type Moment = string;

/** One page of a list: ask for the next one with `cursor`. */
export interface Listed<T> {
  readonly items: readonly T[];
  /** `null` on the last page. */
  readonly next: string | null;
}

/** What differs between brokers, and what an app needs at each. */
export interface BrokerInfo {
  readonly id: BrokerId;
  readonly name: string;
  readonly country: "IN" | "US";
  readonly login: "redirect" | "password";
  readonly echoes_state: boolean;
  readonly vendor_session: boolean;
  readonly refresh: boolean;
  readonly logout: boolean;
  readonly environments: readonly string[];
  readonly keys: readonly KeyInfo[];
  readonly settings: readonly SettingInfo[];
  readonly first_call: { readonly method: string; readonly path: string; readonly body: string | null };
}

/** One value of an app's registration. `PUT /v1/apps/:id` takes it under `name` or `broker_name`. */
export interface KeyInfo {
  readonly name: string;
  readonly broker_name: string;
  readonly label: string;
  readonly secret: boolean;
  readonly optional: boolean;
}

/** Something that the broker's pages leave open, with what it is where nobody sets it. */
export interface SettingInfo {
  readonly name: string;
  readonly label: string;
  readonly kind: "choice" | "ms" | "daily";
  readonly choices: readonly string[];
  readonly default: string | number | false;
}

/** One registration with a broker. Its keys are never read back. */
export interface AppInfo {
  readonly id: string;
  readonly broker: BrokerId;
  readonly environment: string;
  readonly return_urls: readonly string[];
  /** The proxy by which its broker is reached, without its password; `null` for none. */
  readonly egress: string | null;
  readonly order_budget: OrderBudget;
  readonly display: AppDisplay;
  /** To be registered with the broker, to the letter; `null` where the broker sends no browser back. */
  readonly callback_url: string | null;
  readonly created_at: Moment;
  readonly updated_at: Moment;
}

/** How an app shows itself on the pages that its users see. */
export interface AppDisplay {
  /** `null`: the host of the return URL. */
  readonly name: string | null;
  /** The colour of buttons, `#rrggbb`; `null`: the gateway's own. */
  readonly accent: string | null;
  readonly logo_url: string | null;
}

/** A logo: a picture of 64 KiB at most, in base64. */
export interface GivenLogo {
  readonly type: "image/png" | "image/jpeg" | "image/webp";
  readonly data: string;
}

/** How many orders may go out in any second. */
export interface OrderBudget {
  /** From each connection; `null`: the gateway's own number, 10 unless its operator sets another. */
  readonly per_connection: number | null;
  /** From all connections of the app together; `null`: any number. */
  readonly per_app: number | null;
}

export interface PutApp {
  readonly broker: BrokerId;
  /** `live` for a new app; left out where the app exists it stays. */
  readonly environment?: string | undefined;
  /** Written, never read back. May be left out where the app exists: then they stay. */
  readonly keys?: Readonly<Record<string, string>> | undefined;
  /** What the broker's pages leave open; see `GET /v1/brokers`. Left out where the app exists: they stay. */
  readonly settings?: Readonly<Record<string, string | number | false>> | undefined;
  /** Matched exactly. */
  readonly return_urls: readonly string[];
  /**
   * A proxy by which its broker is to be reached: `http://` or `https://[user:password@]host[:port]`. It must lead there. `null`
   * for none; left out, it stays; as it is shown, it keeps its password.
   */
  readonly egress?: string | null | undefined;
  /** 1 to 1,000 each, or `null`. What is left out stays. */
  readonly order_budget?:
    | { readonly per_connection?: number | null | undefined; readonly per_app?: number | null | undefined }
    | undefined;
  /** How it shows itself to its users. What is left out stays, `null` takes it away. */
  readonly display?:
    | {
        /** 1 to 60 printable characters. */
        readonly name?: string | null | undefined;
        /** `#rrggbb` with a contrast of 3 to 1 or more on white. */
        readonly accent?: string | null | undefined;
        readonly logo?: GivenLogo | null | undefined;
      }
    | undefined;
}

/** An owner of apps, keys and connections. */
export interface TenantInfo {
  readonly id: string;
  readonly name: string;
  readonly created_at: Moment;
  readonly ended_at: Moment | null;
}

/** A tenant to be made. Its id is made where it is left out. */
export interface PostTenant {
  /** 1 to 64 letters, digits, `.`, `_` or `-`. */
  readonly id?: string | undefined;
  readonly name: string;
}

/** A new tenant with its first API key, which is shown this once. */
export interface NewTenant extends TenantInfo {
  readonly api_key: NewKey;
}

/** An API key without the key. */
export interface KeyRecord {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly calls: readonly CallKind[];
  readonly created_at: Moment;
  readonly ended_at: Moment | null;
}

/** A new API key. `key` is shown this once. */
export interface NewKey extends KeyRecord {
  readonly key: string;
}

export interface PostKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** `["read"]` by default. */
  readonly calls?: readonly CallKind[] | undefined;
}

/** The lasting record that a user is connected to a broker account. */
export interface ConnectionInfo {
  readonly id: string;
  readonly app: string;
  readonly broker: BrokerId;
  /** The tenant's name for its user. */
  readonly user: string;
  /** The broker's account id. */
  readonly account: string | null;
  readonly expected_account: string | null;
  readonly status: ConnectionStatus;
  /** Why it is in this status, a stable code. */
  readonly reason: string | null;
  /** The number of the current session; 0 before the first. */
  readonly generation: number;
  readonly started_at: Moment | null;
  readonly used_at: Moment | null;
  /** `null` where there is no session, or where nobody knows its end. */
  readonly ends_at: Moment | null;
  readonly return_url: string;
  /** A proxy of its own, in place of the app's, without its password. */
  readonly egress: string | null;
  readonly created_at: Moment;
  readonly updated_at: Moment;
}

/** A new connection, or one that is to be logged in again. */
export type PostConnection =
  | {
      readonly app: string;
      readonly user: string;
      readonly return_url: string;
      readonly expected_account?: string | undefined;
      /** A proxy in place of the app's, as in `PutApp`. */
      readonly egress?: string | undefined;
    }
  | { readonly connection: string; readonly return_url?: string | undefined };

/** What may be changed of a connection. */
export interface PatchConnection {
  /** A proxy in place of the app's, as in `PutApp`; `null`: the app's. */
  readonly egress?: string | null | undefined;
}

/** Where to send the user's browser. */
export interface ConnectLink {
  /** The connection's id. */
  readonly id: string;
  readonly connect_url: string;
  readonly expires_at: Moment;
}

/** Apps to let a user choose among, 1 to 20, each once. The return URL is one of every app's. */
export interface PostConnectLink {
  readonly apps: readonly string[];
  readonly user: string;
  readonly return_url: string;
}

/** Where to send a user's browser to choose an app. It comes back with the connection's id. */
export type ChoiceLink = Omit<ConnectLink, "id">;

/** What the tenant's server confirms a login with: the one-time code, and the user of its own browser session. */
export interface PostConfirm {
  readonly code: string;
  readonly user: string;
}

/** The headers for a call, and where to call. */
export interface SessionHeaders {
  readonly connection: string;
  readonly broker: BrokerId;
  readonly account: string | null;
  readonly generation: number;
  /** Paths of calls are relative to it. */
  readonly base_url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `null` where nobody knows. */
  readonly ends_at: Moment | null;
}

/** Somebody who will have no live session at the moment that was asked for. */
export interface NotReady {
  readonly connection: string;
  readonly app: string;
  readonly broker: BrokerId;
  readonly user: string;
  readonly account: string | null;
  readonly status: ConnectionStatus;
  readonly reason: string | null;
  readonly ends_at: Moment | null;
  /** The moment: the one asked for, or the next open of the broker's market. */
  readonly at: Moment;
  /** `unknown` where nobody knows when the session ends. */
  readonly live: "no" | "unknown";
  /** A signed link to log in with, to be sent to the user; `null` where the API key may not connect. */
  readonly connect_url: string | null;
}

export interface Readiness extends Listed<NotReady> {
  /** The moment for each market, and whether its holidays are known until then. */
  readonly markets: Readonly<Record<"NSE" | "US", { readonly at: Moment; readonly holidays_known: boolean }>>;
}

/** An error's answer, RFC 9457. */
export interface ProblemInfo {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What to do, in a sentence. */
  readonly detail: string;
  /** Stable. */
  readonly code: string;
  readonly request_id: string;
  readonly broker?: BrokerId | undefined;
  /** The field of the request that is at fault. */
  readonly field?: string | undefined;
  /** The broker's own words. */
  readonly broker_detail?: string | undefined;
}
