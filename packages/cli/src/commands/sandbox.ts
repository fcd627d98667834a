import type { Arguments } from "../arguments.js";
import type { Command } from "../command.js";
import type { Context } from "../context.js";
import { exits } from "../exit-codes.js";
import { nearest } from "../nearest.js";
import { printable, table } from "../output.js";
import { brokerNamed } from "../place.js";
import { Problem } from "../problem.js";
import { presetOf, steer } from "../sandbox-api.js";
import { moment } from "../times.js";

type Work = (context: Context, words: readonly string[]) => Promise<void>;

const clockLine = ({ io }: Context, { now, mode }: Readonly<Record<string, unknown>>) =>
  `Its clock: ${typeof now === "number" ? moment(now, io.now()) : "unknown"}${mode === "follow" ? "" : ` (${String(mode)})`}.`;

const status: Work = async (context) => {
  const clock = await steer(context, "GET", "clock");
  const { set } = await steer(context, "GET", "faults");
  const faults = Array.isArray(set) ? set.length : 0;
  context.out.result({ url: context.settings.sandboxUrl, clock, faults: set }, [
    `The sandbox answers at ${context.settings.sandboxUrl}.`,
    clockLine(context, clock),
    faults === 0 ? "No faults are set." : `${faults} faults are set: kunji sandbox faults clear`,
  ]);
};

const users: Work = async (context, [name = ""]) => {
  const { users: ready } = await presetOf(context, brokerNamed(name));
  context.out.result(
    ready,
    table(ready.map((user) => [user.username, user.password, user.totp ?? "", user.about])),
  );
};

const clock: Work = async (context, [verb, value]) => {
  const bodies = { advance: { advance: value }, now: { now: value }, follow: { follow: true } } as const;
  const known =
    verb !== undefined && Object.hasOwn(bodies, verb) && (verb === "follow" || value !== undefined);
  if (verb !== undefined && !known)
    throw new Problem(
      "usage",
      "The clock is moved by: clock advance 8h1m, clock now 2026-11-23T00:29:59+05:30, clock follow.",
      "See: kunji help sandbox",
    );
  const read =
    verb === undefined
      ? await steer(context, "GET", "clock")
      : await steer(context, "POST", "clock", bodies[verb as keyof typeof bodies]);
  context.out.result(read, [clockLine(context, read)]);
};

const fault: Work = async (context, [name = "", kind, path]) => {
  const broker = brokerNamed(name);
  if (kind === undefined) throw new Problem("usage", "Say which fault.", "See them: kunji sandbox faults");
  const answer = await steer(context, "POST", "faults", { broker, fault: kind, ...(path ? { path } : {}) });
  context.out.result(answer, [`Set for the next call: ${printable(String(answer.says))}`]);
};

const faults: Work = async (context, [verb]) => {
  if (verb !== undefined && verb !== "clear")
    throw new Problem("usage", "Faults are listed with faults, and cleared with faults clear.");
  if (verb === "clear") {
    const answer = await steer(context, "DELETE", "faults");
    return context.out.result(answer, [`Cleared: ${String(answer.deleted)}.`]);
  }
  const answer = await steer(context, "GET", "faults");
  const rows = Array.isArray(answer.catalogue) ? (answer.catalogue as { name: string; says: string }[]) : [];
  context.out.result(answer, table(rows.map(({ name, says }) => [printable(name), printable(says)])));
};

const end: Work = async (context, [name = "", username]) => {
  const answer = await steer(
    context,
    "POST",
    `${brokerNamed(name)}/sessions/end`,
    username ? { username } : {},
  );
  context.out.result(answer, [`Ended: ${String(answer.ended)}.`]);
};

interface LedgerRow {
  readonly broker?: string | null;
  readonly method?: string;
  readonly path?: string;
  readonly status?: number;
}

const ledger: Work = async (context, [name]) => {
  const filter = name === undefined ? "" : `?broker=${brokerNamed(name)}`;
  const answer = await steer(context, "GET", `ledger${filter}`);
  const rows = (Array.isArray(answer) ? answer : []) as LedgerRow[];
  const cells = rows.map(({ broker, method, path, status }) =>
    [broker ?? "", method ?? "", path ?? "", String(status ?? "")].map(printable),
  );
  context.out.result(answer, rows.length === 0 ? ["Nothing was received yet."] : table(cells));
};

const reset: Work = async (context) => {
  context.out.result(await steer(context, "POST", "reset", {}), ["The sandbox is back to its presets."]);
};

const verbs: Readonly<Record<string, Work>> = { status, users, clock, fault, faults, end, ledger, reset };

async function run(context: Context, args: Arguments) {
  const [verb = "status", ...words] = args.words;
  const work = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!work) {
    const near = nearest(verb, Object.keys(verbs));
    throw new Problem(
      "usage",
      `sandbox has no such command${near ? `: did you mean ${near}?` : "."}`,
      `It has ${Object.keys(verbs).join(", ")}.`,
    );
  }
  await work(context, words);
  return exits.ok;
}

export const sandboxCommand: Command = {
  name: "sandbox",
  summary: "steer a running sandbox",
  usage: "[status|users|clock|fault|faults|end|ledger|reset]",
  help: `Steers the sandbox that is running; npm start in Kunji's folder starts it.

  status                       whether it answers, its clock, the faults that are set
  users <broker>               the ready test users, with password and current code
  clock [advance D|now T|follow]
  fault <broker> <name> [path] the next call goes wrong in that way
  faults [clear]               the catalogue; clear takes back what is set
  end <broker> [user]          ends sessions, as a login elsewhere would
  ledger [broker]              what was received and answered, secrets as fingerprints
  reset                        back to the presets and the clock on the wall

Examples:
  kunji sandbox clock advance 8h1m
  kunji sandbox fault zebu too-many-requests
  kunji sandbox users rmoney`,
  options: {},
  most: 4,
  run,
};
