import { KunjiError } from "kunji";
import { type Exit, exitOf, exits } from "./exit-codes.js";
import { printable } from "./output.js";
import { PerhapsDone } from "./perhaps-done.js";
import { Problem } from "./problem.js";

/** A failure as the person gets it: what is the matter, and what to do next. */
interface Explained {
  readonly exit: Exit;
  readonly code: string;
  readonly message: string;
  readonly next: string;
}

const wait = (seconds: number | undefined) =>
  seconds === undefined ? "Try again in a while." : `Try again in ${seconds} s.`;

function nextOf(error: KunjiError, env: string): string {
  const broker = error.broker ?? "<broker>";
  const at = env === "sandbox" ? "" : ` --env ${env}`;
  switch (error.action) {
    case "log_in":
      return `Log in: kunji login ${broker}${at}`;
    case "fix_keys":
      return `See what is wrong: kunji doctor ${broker}${at}; then: kunji app set ${broker} --env ${env}`;
    case "fix_input":
      return "Correct it and run the command again; --help shows examples.";
    case "retry_later":
      return wait(error.retryAfterS);
    case "report":
      return "Try again; if it stays so, ask the broker.";
    case "none":
      return "Run the command again.";
  }
}

const mismatchNext = ({ broker }: KunjiError, env: string) =>
  `Is the app's redirect URL the registered one? See: kunji doctor ${broker ?? "<broker>"}${env === "sandbox" ? "" : ` --env ${env}`}`;

/** Nothing of a runtime's own error is passed on: it may repeat its input. */
export function explain(error: unknown, env: string): Explained {
  if (error instanceof PerhapsDone) {
    const next =
      "The call may have taken effect: look, in the order book for one, before you send it a second time.";
    return { ...explain(error.error, env), next };
  }
  if (error instanceof KunjiError) {
    const words = error.detail ? ` It says: ${printable(error.detail)}` : "";
    // Most often the app's redirect URL isn't the registered one: another login would end the same way.
    const mismatch = error.code === "attempt_mismatch";
    return {
      exit: mismatch ? exits.keysWrong : exitOf[error.action],
      code: error.code,
      message: `${error.message}${words}`,
      next: mismatch ? mismatchNext(error, env) : nextOf(error, env),
    };
  }
  if (error instanceof Problem) {
    const usual =
      error.exit === exits.interrupted ? "Run the command again." : "Correct it and run it again.";
    const next = error.next ?? usual;
    return { exit: error.exit, code: error.code, message: error.message, next };
  }
  const kind = error instanceof Error ? error.name : "unknown";
  return {
    exit: exits.unexpected,
    code: "unexpected",
    message: `Something went wrong that the command did not expect (${kind}).`,
    next: "Run kunji doctor; if it finds nothing, please report it.",
  };
}
