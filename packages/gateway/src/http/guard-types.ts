import type { ApiKey, Scope } from "../ports/api-keys.js";
import type { SignedIn } from "../ports/operator-sessions.js";

/**
 * Who may call a route. Every route names one; a route without is refused when it is registered.
 * `open`: anybody; `uncounted` is for probes of load balancers, which are no load of an address's. `key`: an API key with the scope. `operator`: a key with the scope `admin` of a tenant that the gateway
 * made itself. `browser`: a person's browser; a form only from the gateway's own pages. `operator_page`: the browser of an
 * operator who has signed in; a form only from the gateway's own pages.
 */
export type Guard =
  | { readonly kind: "open"; readonly uncounted?: true }
  | { readonly kind: "key"; readonly scope: Scope }
  | { readonly kind: "operator" }
  | { readonly kind: "browser" }
  | { readonly kind: "operator_page" };

declare module "fastify" {
  interface FastifyContextConfig {
    guard?: Guard;
  }
  interface FastifyRequest {
    /** The API key that the guard has admitted. Read it only behind a guard of kind `key` or `operator`. */
    caller: ApiKey;
    /** Who has signed in. Read it only behind a guard of kind `operator_page`. */
    operator: SignedIn;
  }
}
