import type { ApiKey } from "./api-keys.js";
import type { App } from "./apps.js";

/** The only reads that name no tenant, since they tell which one it is: each by a value that can't be guessed. */
export interface WaysIn {
  /** `undefined` for an ended key, and for one of an ended tenant. */
  apiKey(hash: string): Promise<ApiKey | undefined>;
  /** `undefined` for an app of an ended tenant. */
  app(handle: string): Promise<App | undefined>;
}
