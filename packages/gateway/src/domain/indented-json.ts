const step = "  ";

/**
 * A JSON text with a line for each value. What it says is left to the letter: numbers too large for a computer's own stay as
 * they are. `undefined` where the text is no JSON.
 */
export function indentedJson(text: string): string | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  let depth = 0;
  const line = (deeper: number): string => {
    depth += deeper;
    return `\n${step.repeat(depth)}`;
  };
  const parts = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g) ?? [];
  return parts
    .map((part, i) => {
      const empty = /^[[{]$/.test(part) && /^[\]}]$/.test(parts[i + 1] ?? "");
      if (part === "{" || part === "[") return empty ? part : part + line(1);
      if (part === "}" || part === "]") return /^[[{]$/.test(parts[i - 1] ?? "") ? part : line(-1) + part;
      if (part === ",") return part + line(0);
      return part === ":" ? ": " : part;
    })
    .join("");
}
