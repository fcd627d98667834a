import { parseArgs } from "node:util";
import { nearest } from "./nearest.js";
import { Problem } from "./problem.js";

export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: true;
}
export type OptionTable = Readonly<Record<string, Option>>;

/** What was typed behind a command's name, checked against what the command takes. */
export interface Arguments {
  readonly words: readonly string[];
  flag(name: string): boolean;
  /** The last value given. */
  value(name: string): string | undefined;
  values(name: string): readonly string[];
}

/** Options that every command takes. */
const commonOptions: OptionTable = {
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
};

const shown = (name: string) => (name.length === 1 ? `-${name}` : `--${name}`);

/**
 * Reads the arguments of the command `name`.
 * @throws Problem `usage` that names the option and never its value
 */
export function readArguments(
  name: string,
  argv: readonly string[],
  options: OptionTable,
  most: number,
): Arguments {
  const all: OptionTable = { ...options, ...commonOptions };
  const help = `See: kunji help ${name}`;
  const usage = (sentence: string) => new Problem("usage", sentence, help);
  const { positionals, tokens } = parseArgs({
    args: [...argv],
    options: all,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(all, token.name) ? all[token.name] : undefined;
    if (!option) {
      const near = nearest(token.name, Object.keys(all));
      throw usage(
        /^[\w-]{1,40}$/.test(token.name)
          ? `${name} has no option ${shown(token.name)}${near ? `: did you mean --${near}?` : "."}`
          : `${name} has no such option.`,
      );
    }
    const dashed = !token.inlineValue && /^-./.test(token.value ?? "");
    if (option.type === "string" && (token.value === undefined || dashed))
      throw usage(`${shown(token.name)} needs a value.`);
    if (option.type === "boolean" && token.value !== undefined)
      throw usage(`${shown(token.name)} takes no value.`);
    const before = given.get(token.name) ?? [];
    if (before.length > 0 && !option.multiple && option.type === "string")
      throw usage(`${shown(token.name)} is given twice.`);
    given.set(token.name, [...before, token.value ?? ""]);
  }
  if (positionals.length > most)
    throw usage(`${name} takes ${most === 0 ? "no more words" : `${most} words at most`}.`);
  return {
    words: positionals,
    flag: (option) => given.has(option),
    value: (option) => given.get(option)?.at(-1),
    values: (option) => given.get(option) ?? [],
  };
}
