import type { ApiKey } from "./api-keys.js";
import type { App, Logo } from "./apps.js";
import type { FoundSession } from "./operator-sessions.js";
import type { Operator } from "./operators.js";

/** The only reads that name no tenant, since they tell which one it is: each by a value that can't be guessed, but for an operator's name. */
export interface WaysIn {
  /** `undefined` for an ended key, and for one of an ended tenant. */
  apiKey(hash: string): Promise<ApiKey | undefined>;
  /** `undefined` for an app of an ended tenant. */
  app(handle: string): Promise<App | undefined>;
  /** By the name that is typed; `undefined` for one that has ended, and for one of an ended tenant. */
  operator(name: string): Promise<Operator | undefined>;
  /** By the hash of a cookie; `undefined` where the session is over at this moment, or its operator or tenant has ended. */
  operatorSession(hash: string, now: number): Promise<FoundSession | undefined>;
  /** The logo of an app of a living tenant. */
  logo(handle: string): Promise<Logo | undefined>;
}
