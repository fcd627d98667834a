import { type Exit, exits } from "./exit-codes.js";

/** Every code of the command's own failures, with its exit code. */
const codes = {
  usage: exits.usage,
  setting_invalid: exits.usage,
  app_invalid: exits.keysWrong,
  app_missing: exits.keysWrong,
  app_unreadable: exits.keysWrong,
  session_missing: exits.loginNeeded,
  session_unreadable: exits.loginNeeded,
  vendor_unreadable: exits.keysWrong,
  key_unreadable: exits.keysWrong,
  login_timed_out: exits.loginNeeded,
  step_unknown: exits.refused,
  answer_cut_short: exits.retryLater,
  sandbox_refused: exits.refused,
  sandbox_unreachable: exits.retryLater,
  port_in_use: exits.retryLater,
  store_busy: exits.retryLater,
  store_failed: exits.unexpected,
  interrupted: exits.interrupted,
} as const satisfies Record<string, Exit>;

export type ProblemCode = keyof typeof codes;

/**
 * A failure that the command itself finds. `message` says what is the matter, `next` what to do; neither holds a
 * secret nor the words of a runtime's error.
 */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly exit: Exit;
  readonly next: string | undefined;

  constructor(code: ProblemCode, message: string, next?: string) {
    super(message);
    this.code = code;
    this.exit = codes[code];
    this.next = next;
  }
}

/** The `code` of an operating system's error, `EACCES` for one; "" where there is none. */
export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
