import type { BrokerId } from "kunji";

/** A moment by which sessions are asked about, and the brokers that it is meant for. */
export interface ReadyMoment {
  readonly brokers: readonly BrokerId[];
  /** ms since 1970, UTC */
  readonly at: number;
}
