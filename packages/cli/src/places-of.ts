import type { Arguments } from "./arguments.js";
import { type Context, envOr } from "./context.js";
import { brokerIds, brokerNamed, envNamed, type Place } from "./place.js";
import { Problem } from "./problem.js";

/** The broker and environment that a command names. @throws Problem `usage` */
export async function placeOf(context: Context, args: Arguments, word = 0): Promise<Place> {
  const name = args.words[word];
  if (name === undefined)
    throw new Problem("usage", "Say which broker.", `The brokers are ${brokerIds.join(", ")}.`);
  const broker = brokerNamed(name);
  const given = args.value("env");
  return { broker, env: await envOr(context, given === undefined ? undefined : envNamed(given)) };
}

/** A session is missing: what to do. */
export function noSession({ broker, env }: Place): Problem {
  return new Problem(
    "session_missing",
    `There is no session at ${broker} (${env}).`,
    `Log in: kunji login ${broker} --env ${env}`,
  );
}
