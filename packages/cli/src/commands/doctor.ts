import type { Arguments } from "../arguments.js";
import { type Command, envOptionHelp } from "../command.js";
import { type Context, envOr } from "../context.js";
import { checkAddress } from "../doctor/check-address.js";
import { checkHost, checkSandbox } from "../doctor/check-host.js";
import { checkKeys } from "../doctor/check-keys.js";
import { checkRedirect } from "../doctor/check-redirect.js";
import { checkStore } from "../doctor/check-store.js";
import type { Finding } from "../doctor/finding.js";
import { exits } from "../exit-codes.js";
import { openApp } from "../open-client.js";
import { printable } from "../output.js";
import { brokerIds, brokerNamed, envNamed, type Place } from "../place.js";
import { Problem } from "../problem.js";

async function checkBroker(context: Context, place: Place): Promise<Finding[]> {
  const { broker } = place;
  try {
    const app = await openApp(context, place);
    const keys = checkKeys(place, app);
    const host = app.origins ? await checkHost(context, broker, app.origins.api) : [];
    const usable = keys.every(({ level }) => level !== "fail");
    return [...keys, ...host, ...(usable ? await checkRedirect(context, place, app) : [])];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return [{ check: "keys", level: "fail", broker, says: `${error.message} ${error.next ?? ""}`.trim() }];
  }
}

/** The broker that was named; else all in the sandbox, and elsewhere those whose keys are kept. */
async function placesToCheck(context: Context, args: Arguments): Promise<{ env: string; places: Place[] }> {
  const given = args.value("env");
  const env = await envOr(context, given === undefined ? undefined : envNamed(given));
  const named = args.words[0];
  if (named !== undefined) return { env, places: [{ broker: brokerNamed(named), env }] };
  if (env === "sandbox") return { env, places: brokerIds.map((broker) => ({ broker, env })) };
  return { env, places: (await context.store.places("app")).filter((place) => place.env === env) };
}

/** `doubtful`: keys that may be wrong, at a broker that can't be asked; in the sandbox the keys are compared. */
function verdict(failed: number, doubtful: number): string {
  const mend = failed === 0 ? [] : [`${failed} to mend: each line above says how.`];
  const look = doubtful === 0 ? [] : [`${doubtful} to look at: a login may fail by it.`];
  return [...mend, ...look].join(" ") || "Nothing stands in the way of a login.";
}

async function run(context: Context, args: Arguments) {
  const { out } = context;
  const { env, places } = await placesToCheck(context, args);
  const findings = await checkStore(context);
  const sandbox = env === "sandbox" ? await checkSandbox(context) : [];
  findings.push(...sandbox);
  // Without a sandbox nothing more can be said about its brokers.
  const reachable = sandbox.every(({ check, level }) => check !== "sandbox" || level === "ok");
  if (reachable && env === "sandbox") findings.push(...(await checkAddress(context)));
  if (reachable) for (const place of places) findings.push(...(await checkBroker(context, place)));
  if (places.length === 0)
    findings.push({
      check: "keys",
      level: "warn",
      says: `No keys are kept for ${env}: kunji app set <broker> --env ${env}`,
    });
  const failed = findings.filter(({ level }) => level === "fail").length;
  const doubtful =
    env === "sandbox"
      ? 0
      : findings.filter(({ check, level }) => check === "keys" && level === "warn").length;
  const ok = failed + doubtful === 0;
  const signs = {
    ok: out.tone("good", "ok  "),
    warn: out.tone("warn", "warn"),
    fail: out.tone("bad", "fail"),
  };
  out.result({ env, ok, findings }, [
    ...findings.map(({ level, says }) => `${signs[level]}  ${printable(says)}`),
    "",
    verdict(failed, doubtful),
  ]);
  return ok ? exits.ok : exits.doctor;
}

export const doctorCommand: Command = {
  name: "doctor",
  summary: "find what stands in the way of a login",
  usage: "[broker] [--env ENV]",
  help: `Checks the key file and the stored sessions, the sandbox or the broker's host, this machine's clock (30 s), and for
each broker the keys (missing, in the wrong field, of the wrong length), the redirect URL and its port. It sends no
credential to a broker's own hosts, and asks the sandbox which address it sees. The exit code is 6 where something must be mended, and outside the sandbox where
a key looks wrong.

${envOptionHelp}

Examples:
  kunji doctor
  kunji doctor nuvama --env live --json`,
  options: { env: { type: "string" } },
  most: 1,
  run,
};
