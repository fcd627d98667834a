import { parseArgs } from "node:util";
import { checkSettings } from "../doctor/check-settings.js";
import { type ExamineWorld, examine } from "../doctor/examine.js";
import type { Finding } from "../doctor/finding.js";
import { runChecks } from "../doctor/run-checks.js";
import { SettingError } from "../setting-error.js";
import { type SettingsDespiteFaults, settingsDespiteFaults, unknownSettings } from "../settings.js";
import type { Command, CommandWorld } from "./command.js";

/** How long one check may take, in ms. */
const checkMs = 20_000;

function wantsJson(args: readonly string[]): boolean {
  try {
    const options = { json: { type: "boolean", default: false } } as const;
    return parseArgs({ args: [...args], options }).values.json;
  } catch {
    throw new SettingError("kunji-gateway doctor takes --json, and nothing else.");
  }
}

function settingsOf(world: CommandWorld): SettingsDespiteFaults {
  try {
    return { settings: world.settings, faults: new Map() };
  } catch (error) {
    if (error instanceof SettingError) return settingsDespiteFaults();
    throw error;
  }
}

/** All findings about an installation. @param limitMs how long one check may take, in ms */
export async function findingsOf(
  { settings, faults }: SettingsDespiteFaults,
  unknown: readonly string[],
  world: ExamineWorld,
  limitMs: number = checkMs,
): Promise<readonly Finding[]> {
  const own = checkSettings(settings, faults, unknown).map((found) => ({ check: "settings", ...found }));
  if (!settings) return own;
  const { checks, close } = examine(settings, world);
  const found = await runChecks(checks, { wrong: new Set(faults.keys()), limitMs });
  // What has not answered is not waited for once more.
  void close();
  return [...own, ...found];
}

const signs = { ok: "✓", warn: "!", fault: "✗" } as const;

/** A finding as a line, and what to do as another. */
const lineOf = ({ check, level, says, next }: Finding): string =>
  `${signs[level]} ${check.padEnd(10)} ${says}${next === undefined ? "" : `\n  ${" ".repeat(10)} → ${next}`}`;

function verdictOf(findings: readonly Finding[]): string {
  const count = (level: Finding["level"]) => findings.filter((one) => one.level === level).length;
  const [faults, warnings] = [count("fault"), count("warn")];
  if (faults === 0)
    return warnings === 0 ? "Nothing is wrong." : `Nothing is wrong; to look at: ${warnings}.`;
  return `To mend: ${faults}.${warnings === 0 ? "" : ` To look at: ${warnings}.`}`;
}

/** `kunji-gateway doctor`: what stands in a gateway's way, beside gateways that run or before the first start. */
export const doctor: Command = {
  help: "doctor [--json]   finds what stands in the gateway's way, and says what to do",
  async run(args, world) {
    const json = wantsJson(args);
    const { now, randomBytes, fetch, say } = world;
    const findings = await findingsOf(settingsOf(world), unknownSettings(), { now, randomBytes, fetch });
    const whole = findings.every(({ level }) => level !== "fault");
    if (json) say(JSON.stringify({ ok: whole, findings }));
    else say([...findings.map(lineOf), "", verdictOf(findings)].join("\n"));
    if (!whole) process.exitCode = 1;
  },
};
