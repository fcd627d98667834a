import { brokers, endsAt, type Session } from "kunji";
import type { Arguments } from "../arguments.js";
import type { Command } from "../command.js";
import type { Context } from "../context.js";
import { exits } from "../exit-codes.js";
import { clockOf } from "../open-client.js";
import { printable, type Tone, table } from "../output.js";
import { brokerNamed, envNamed, type Place } from "../place.js";
import { Problem } from "../problem.js";
import { length, moment, reason, type State, sessionFacts, stateOf } from "../times.js";

interface Row extends Place {
  readonly now: number;
  readonly state: State | "unreadable";
  readonly session: Session | undefined;
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

async function rowOf(context: Context, place: Place, now: number): Promise<Row> {
  try {
    const session = await context.store.session(place);
    const renews = brokers[place.broker].traits.refresh;
    const state = session ? stateOf(session, now, renews) : "ended";
    return { ...place, now, session, state };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    context.out.warn(`${error.message} ${error.next ?? ""}`.trim());
    return { ...place, now, session: undefined, state: "unreadable" };
  }
}

function cells({ io, out }: Context, { broker, env, now, session, state }: Row): string[] {
  const shown = out.tone(tones[state], state);
  if (!session) return [broker, env, "", "", "", "", shown];
  const end = endsAt(session, now);
  const times = end.known ? [moment(end.at, io.now()), length(end.at - now)] : ["unknown", ""];
  return [broker, env, printable(session.account ?? ""), ...times, reason(end, session), shown];
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
  const json = rows.map(({ broker, env, state, session, now }) => ({
    broker,
    env,
    state,
    ...(session ? sessionFacts(session, now) : {}),
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
unconfirmed (the next call proves it), ended, unreadable.

Examples:
  kunji status
  kunji status zebu --json`,
  options: { env: { type: "string" } },
  most: 1,
  run,
};
