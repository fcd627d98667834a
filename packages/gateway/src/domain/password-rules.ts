/** The shortest and the longest password, in characters. */
export const passwordLengths = [12, 200] as const;

/** What is wrong with a password that somebody chose; `undefined` where it will do. */
export function flawOfPassword(password: string, name: string): "length" | "name" | undefined {
  const length = [...password.normalize("NFKC")].length;
  if (length < passwordLengths[0] || length > passwordLengths[1]) return "length";
  return password.toLowerCase().includes(name.toLowerCase()) && name.length >= 4 ? "name" : undefined;
}
