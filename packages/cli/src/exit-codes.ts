import type { Action } from "kunji";

/** What a script can tell from the exit code. */
export const exits = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  loginNeeded: 3,
  keysWrong: 4,
  refused: 5,
  doctor: 6,
  retryLater: 7,
  interrupted: 130,
} as const;

export type Exit = (typeof exits)[keyof typeof exits];

/** The exit code of each thing that a caller can do about an error. */
export const exitOf: Readonly<Record<Action, Exit>> = {
  log_in: exits.loginNeeded,
  fix_keys: exits.keysWrong,
  fix_input: exits.usage,
  retry_later: exits.retryLater,
  report: exits.refused,
  none: exits.interrupted,
};

/** The exit codes, for `--help`. */
export const exitsHelp = `  0  done                          5  the broker refused, or answered outside 200 to 299
  1  unexpected                    6  doctor found something
  2  the command can't be used     7  no answer, or not now: try again later
  3  a login is needed           130  interrupted
  4  the app's keys are wrong`;
