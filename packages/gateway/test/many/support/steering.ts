import type { RenewalPace } from "../../../src/domain/renewal-pace.js";

/**
 * The moments of a renewal, in their order: its try is written down; its request is about to go; the request is at the broker,
 * unanswered; the answer is there; the new session is sealed; it is written, and the transaction's end is near.
 */
export const renewalMarks = [
  "try noted",
  "before sending",
  "at the broker",
  "answered",
  "sealed",
  "before commit",
] as const;

/** At these a process is made to die, to stop or to wait by itself; at the other by its parent. */
export type RenewalMark = (typeof renewalMarks)[number];

/** What happens when a process comes to its mark: it is gone, it stands still with all its threads, or that one renewal waits. */
export type MarkAct = "kill" | "stop" | "hold";

/** A clock that goes on with the machine's, from another moment. */
export interface RunningClock {
  /** Added to the machine's clock, in ms. */
  readonly offsetMs: number;
}

/** What a process is started with. */
export interface ProcessTask {
  /** Told to the brokers, so that a test knows whose call it is. */
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** The gateway's clock; left out: it takes its own. */
  readonly clock?: RunningClock | undefined;
  /** How far off the machine's clock is taken to be, in ms. */
  readonly wallOffsetMs: number;
  readonly background: boolean;
  /** How long a close waits for requests that run, in ms. */
  readonly graceMs: number;
  /** Left out: as in life. */
  readonly renewals?: RenewalPace | undefined;
}

/** What a process is told while it runs. */
export type Order =
  | { readonly do: "move clock"; readonly ms: number }
  | { readonly do: "move wall"; readonly ms: number }
  /** At the `nth` renewal that comes to the mark, counted from 1. */
  | { readonly do: "arm"; readonly mark: RenewalMark; readonly act: MarkAct; readonly nth: number }
  | { readonly do: "disarm" }
  /** Lets what is held go on. */
  | { readonly do: "go on" };

/** An order with the number by which it is answered. */
export interface NumberedOrder {
  readonly number: number;
  readonly order: Order;
}

/** What a process says of itself. */
export type Word =
  | { readonly say: "listening"; readonly url: string }
  | { readonly say: "done"; readonly number: number };

/** The line of a process that has come to its mark. */
export const markLine = (mark: RenewalMark): string => `at the mark: ${mark}`;
/** The header by which a process names itself to the brokers. */
export const senderHeader = "x-test-gateway";
