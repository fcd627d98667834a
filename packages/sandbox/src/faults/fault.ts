import type { Answer, Call, Grant, SandboxBroker, World } from "../broker.js";
import type { Delivery } from "../delivery.js";

/** One call on which a fault may fall. */
export interface Hit {
  readonly broker: SandboxBroker;
  readonly call: Call;
  /** An address at which the call's client reaches the sandbox itself. */
  readonly here: URL;
  readonly world: World;
  /** The one-time code that the call brings, where it brings one. */
  readonly grant: Grant | undefined;
  /** What was given beside the fault's name: `field`, `delay`. */
  readonly options: Readonly<Record<string, string>>;
  /** Whether the value is a token of a live session of this broker. */
  isToken(value: unknown): boolean;
}

/** One way in which a broker, or what lies between, goes wrong. Each has a file of its name. */
export interface Fault {
  readonly name: string;
  readonly kind: "transport" | "protocol" | "identity";
  /** One sentence: what the client sees. */
  readonly says: string;
  /** Whether it can fall on this call; without it, on any. */
  applies?(hit: Hit): boolean;
  /** Changes the world before the broker answers. */
  before?(hit: Hit): void;
  /** Answers in the broker's place: the broker does nothing. */
  instead?(hit: Hit): Answer;
  /** Changes the broker's answer; `null` where there is nothing to change, and then the fault waits for another call. */
  after?(answer: Answer, hit: Hit): Answer | null;
  /** Sends the answer in a wrong way. */
  deliver?(answer: Answer, hit: Hit): Delivery;
}
