import { brokers, endsAt, type Session } from "kunji";
import type { Arguments } from "../arguments.js";
import type { Command } from "../command.js";
import type { Context } from "../context.js";
import { exits } from "../exit-codes.js";
import { clockOf } from "../open-client.js";
import { printable, type Tone, table } from "../output.js";
import { brokerNamed, envNamed, type Place } from "../place.js";
import { Problem } from "../problem.js";
import { type Ending, endingWords } from "../store/ending.js";
import { length, moment, reason, type State, sessionFacts, stateOf } from "../times.js";

interface Row extends Place {
  readonly now: number;
  readonly state: State | "unreadable";
  readonly session: Session | undefined;
  /** Over whatever its clocks say. */
  readonly ending: Ending | undefined;
}

const tones: Readonly<Record<Row["state"], Tone>> = {
  live: "good",
  renews: "good",
  "end unknown": "warn",
  "ends soon": "warn",
  unconfirmed: "warn",
  ended: "bad",
  unreadable: "bad",
};

const needsLogin = ({ state }: Row) => state === "ended" || state === "unreadable";

/** Why the session is over though its clocks may say otherwise. */
async function endingAt({ store }: Context, place: Place): Promise<Ending | undefined> {
  const marked = await store.sessionEnding(place);
  if (marked || !brokers[place.broker].traits.vendorSession) return marked;
  return (await store.vendor(place).load())?.loggedOut ? "vendor_logout" : undefined;
}

async function rowOf(context: Context, place: Place, now: number): Promise<Row> {
  try {
    const session = await context.store.session(place);
    const renews = brokers[place.broker].traits.refresh;
    const ending = await endingAt(context, place);
    const state = session && !ending ? stateOf(session, now, renews) : "ended";
    return { ...place, now, session, ending, state };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    context.out.warn(`${error.message} ${error.next ?? ""}`.trim());
    return { ...place, now, session: undefined, ending: undefined, state: "unreadable" };
  }
}

function cells({ io, out }: Context, { broker, env, now, session, ending, state }: Row): string[] {
  const shown = out.tone(tones[state], state);
  if (!session) return [broker, env, "", "", "", "", shown];
  const account = printable(session.account ?? "");
  if (ending) return [broker, env, account, "", "", endingWords[ending], shown];
  const end = endsAt(session, now);
  const times = end.known ? [moment(end.at, io.now()), length(end.at - now)] : ["unknown", ""];
  return [broker, env, account, ...times, reason(end, session), shown];
}

async function run(context: Context, args: Arguments) {
  const { out, store } = context;
  const only = args.words[0] === undefined ? undefined : brokerNamed(args.words[0]);
  const env = args.value("env") === undefined ? undefined : envNamed(args.value("env") ?? "");
  const places = (await store.places("session")).filter(
    (place) => (!only || place.broker === only) && (!env || place.env === env),
  );
  const clock = places.some((place) => place.env === "sandbox")
    ? await clockOf(context, "sandbox")
    : undefined;
  const rows: Row[] = [];
  for (const place of places)
    rows.push(
      await rowOf(context, place, (place.env === "sandbox" ? clock : undefined)?.() ?? context.io.now()),
    );
  const json = rows.map(({ broker, env, state, session, ending, now }) => ({
    broker,
    env,
    state,
    ...(session ? sessionFacts(session, now) : {}),
    ...(ending ? { ends_at: null, why: ending, why_text: endingWords[ending], seconds_left: 0 } : {}),
  }));
  const heads = ["broker", "env", "account", "ends", "left", "because", "state"];
  const due = rows.filter(needsLogin);
  const lines =
    rows.length === 0
      ? [`No session${only ? ` at ${only}` : ""}. Log in: kunji login ${only ?? "<broker>"}`]
      : [
          ...table([heads.map((head) => out.tone("quiet", head)), ...rows.map((row) => cells(context, row))]),
          ...due.map(({ broker, env }) => `Log in: kunji login ${broker} --env ${env}`),
        ];
  out.result(json, lines);
  return rows.length === 0 || due.length > 0 ? exits.loginNeeded : exits.ok;
}

export const statusCommand: Command = {
  name: "status",
  summary: "the sessions: when each ends and why then",
  usage: "[broker] [--env ENV]",
  help: `Shows every session on this machine, or one broker's. The exit code is 0 where none needs a login, else 3.
States: live, ends soon (a quarter of an hour), renews (the next call renews it without you), end unknown,
unconfirmed (the next call proves it), ended (by its clock, by the broker's word in a call, by its vendor's logout), unreadable.

Examples:
  kunji status
  kunji status zebu --json`,
  options: { env: { type: "string" } },
  most: 1,
  run,
};
