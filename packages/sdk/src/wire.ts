/** `kunji/wire`: shapes of the five brokers' requests and answers, for clients and for servers. It computes nothing. */
export * as autoshares from "./brokers/autoshares.wire.js";
export * as nuvama from "./brokers/nuvama.wire.js";
export * as rmoney from "./brokers/rmoney.wire.js";
export * as ventura from "./brokers/ventura.wire.js";
export * as zebu from "./brokers/zebu.wire.js";
export type { Kind, Shape, Shaped } from "./shape.js";
