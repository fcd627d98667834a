import type { Secret } from "kunji";

/** What came of trying a proxy. `refused`: the gateway may not go to where it lies. */
export type EgressTrial = "reached" | "refused" | "unreachable";

/** The proxies by which brokers are reached, each given as its whole URL. */
export interface Egress {
  /** Asks a proxy for a tunnel to an origin, and takes it down again. It never throws. */
  try(proxy: Secret, origin: string): Promise<EgressTrial>;
  /** Sends by a proxy, and by no other way. Rejects where that can't be done. */
  fetch(proxy: Secret, url: string, init: RequestInit): Promise<Response>;
  /** Ends every connection. */
  close(): Promise<void>;
}
