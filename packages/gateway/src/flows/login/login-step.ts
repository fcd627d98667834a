import type { App } from "../../ports/apps.js";

/** A cookie that binds a login to its browser. */
export interface BrowserCookie {
  readonly name: string;
  readonly value: string;
  /** How long the browser keeps it, in seconds; 0 takes it away. */
  readonly maxAgeS: number;
}

/** Where a login's browser goes next. */
export type LoginStep =
  /** To another place: the broker, or the app's return URL. */
  | {
      readonly kind: "go";
      readonly to: string;
      readonly cookie: BrowserCookie;
      /** Where the login was refused: why, as the browser may be told it. */
      readonly failed?: { readonly connection: string; readonly code: string };
    }
  /** The user says whether this is their account; the form brings `connection` and `secret` back. */
  | {
      readonly kind: "ask_account";
      readonly app: App;
      readonly account: string;
      readonly connection: string;
      readonly secret: string;
    }
  /** The broker wants one thing more. `failed` where the last answer was refused. */
  | {
      readonly kind: "ask_code";
      readonly app: App;
      readonly needs: "verification_code" | "pin";
      readonly failed: boolean;
      readonly cookie: BrowserCookie;
    }
  /** The broker refused what was typed: the form again, with the error's code. */
  | { readonly kind: "again"; readonly app: App; readonly code: string };
