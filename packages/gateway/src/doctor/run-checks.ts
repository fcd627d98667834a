import { setTimeout as wait } from "node:timers/promises";
import { KeyringError } from "../domain/keyring-error.js";
import { Problem } from "../domain/problem.js";
import { StoreProblem } from "../ports/store-problem.js";
import { type Finding, type Found, fault, inWords, NotChecked, warn } from "./finding.js";

/** One check. It may throw: what it throws is a finding. */
export interface Check {
  readonly name: string;
  /** The settings that it goes by: where one of them is wrong it is not made. */
  readonly settings: readonly string[];
  run(): Promise<readonly Found[]>;
}

function foundOf(error: unknown): Found {
  if (error instanceof NotChecked) return warn("Not checked.", error.message);
  const ours = [StoreProblem, KeyringError, Problem].some((kind) => error instanceof kind);
  if (ours) return { level: "fault", says: (error as Error).message };
  return fault(
    "The check could not be made.",
    "Run it as the user that runs the gateway, with its settings.",
  );
}

async function runOne(check: Check, wrong: ReadonlySet<string>, limitMs: number): Promise<readonly Found[]> {
  const off = check.settings.find((name) => wrong.has(name));
  if (off) return [warn("Not checked.", `Mend ${off} first.`)];
  const timer = new AbortController();
  const late = wait(limitMs, undefined, { signal: timer.signal }).then(() => [
    fault(
      `No answer within ${inWords(limitMs)}.`,
      "Look whether what it asks is overloaded or cut off by the network.",
    ),
  ]);
  late.catch(() => undefined);
  try {
    return await Promise.race([check.run(), late]);
  } catch (error) {
    return [foundOf(error)];
  } finally {
    timer.abort();
  }
}

/** Runs checks side by side, each for itself and no longer than a time; the findings in the checks' order. */
export async function runChecks(
  checks: readonly Check[],
  { wrong, limitMs }: { readonly wrong: ReadonlySet<string>; readonly limitMs: number },
): Promise<readonly Finding[]> {
  const found = await Promise.all(
    checks.map(async (check) =>
      (await runOne(check, wrong, limitMs)).map((one) => ({ check: check.name, ...one })),
    ),
  );
  return found.flat();
}
