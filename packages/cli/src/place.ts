import { type BrokerId, brokers } from "kunji";
import { nearest } from "./nearest.js";
import { Problem } from "./problem.js";

/** A broker in one of its environments: what a session, an app's keys and a vendor session belong to. */
export interface Place {
  readonly broker: BrokerId;
  /** `sandbox`, `live`, another of the broker's own, or one that `app set` has named. */
  readonly env: string;
}

export const brokerIds = Object.keys(brokers) as readonly BrokerId[];

/** @throws Problem `usage` with the nearest name */
export function brokerNamed(text: string): BrokerId {
  const found = brokerIds.find((id) => id === text.toLowerCase());
  if (found) return found;
  const near = nearest(text, brokerIds);
  throw new Problem(
    "usage",
    near ? `There is no such broker: did you mean ${near}?` : "There is no such broker.",
    `The brokers are ${brokerIds.join(", ")}.`,
  );
}

/** @throws Problem `usage` for what can't be an environment's name */
export function envNamed(text: string): string {
  if (/^[a-z][a-z0-9-]{0,31}$/.test(text)) return text;
  throw new Problem(
    "usage",
    "An environment is named in small letters, digits and hyphens.",
    "Use sandbox, live or one that you have named with app set.",
  );
}

/** ` --env live`; nothing for the sandbox, where the commands begin. */
export const envOption = ({ env }: Place): string => (env === "sandbox" ? "" : ` --env ${env}`);
