import { endsAt } from "kunji";
import type { Arguments } from "../arguments.js";
import { heedingBroker } from "../broker-word.js";
import { type Command, envOptionHelp } from "../command.js";
import type { Context } from "../context.js";
import { exits } from "../exit-codes.js";
import { heldSession } from "../held-session.js";
import { openClient } from "../open-client.js";
import { placeOf } from "../places-of.js";
import { Problem } from "../problem.js";
import { moment, reason, sessionFacts } from "../times.js";

async function run(context: Context, args: Arguments) {
  const { out, store } = context;
  const place = await placeOf(context, args);
  const { client, now } = await openClient(context, place);
  const { refresh } = client;
  if (!refresh)
    throw new Problem(
      "usage",
      `${client.traits.name} renews no session: it lasts until it ends.`,
      `See when that is: kunji status ${place.broker}`,
    );
  const renewing = async () => {
    const newer = await refresh(await heldSession(context, place), { signal: context.io.interrupted });
    await store.saveSession(place, newer);
    return newer;
  };
  const session = await store.alone(place, () => heedingBroker(context, place, renewing));
  const end = endsAt(session, now());
  out.result({ ...place, ...sessionFacts(session, now()) }, [
    `${out.tone("good", "Renewed")} at ${client.traits.name} (${place.env}).`,
    end.known
      ? `Ends ${moment(end.at, context.io.now())}: ${reason(end, session)}.`
      : `End unknown: ${reason(end, session)}.`,
  ]);
  return exits.ok;
}

export const refreshCommand: Command = {
  name: "refresh",
  summary: "renew a session without a login, where the broker can",
  usage: "<broker> [--env ENV]",
  help: `Renews the session now. It is seldom needed: kunji call renews a session that is about to end by itself.

${envOptionHelp}

Example:
  kunji refresh zebu`,
  options: { env: { type: "string" } },
  most: 1,
  run,
};
