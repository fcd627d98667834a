/** The longest name, in characters. */
export const longestOperatorName = 64;

/**
 * The name of an operator as it is kept and looked up, however it is typed; `undefined` for a text that is no name: letters,
 * digits, `.`, `_`, `-`, `+` and `@`, beginning with a letter or a digit.
 */
export function operatorName(text: string): string | undefined {
  const name = text.trim().normalize("NFKC").toLowerCase();
  return /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]{0,63}$/u.test(name) ? name : undefined;
}
