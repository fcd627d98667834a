import type { Arguments, OptionTable } from "./arguments.js";
import type { Context } from "./context.js";
import type { Exit } from "./exit-codes.js";

/** One command of `kunji`. */
export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What follows the name: `<broker> [--env ENV]`. */
  readonly usage: string;
  /** What a person needs to know, and examples. */
  readonly help: string;
  readonly options: OptionTable;
  /** How many words it takes. */
  readonly most: number;
  run(context: Context, args: Arguments): Promise<Exit>;
}

export const envOptionHelp =
  "  --env ENV        sandbox, live or another environment (the last login's; at first sandbox)";
