/** `kunji/gateway`: the gateway's calls, typed. */
export * from "./types.js";
