/** `kunji/gateway`: the gateway's calls, typed. */
export type * from "./client.js";
export { gateway } from "./gateway.js";
export { type ClientCode, clientCodes, GatewayError, type GatewayErrorFacts } from "./gateway-error.js";
export * from "./types.js";
