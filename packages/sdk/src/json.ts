/** The fields of a JSON object whose shape is not known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object: no list, no `null`. */
export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The JSON of a text, `undefined` where it is none: the parser's own message would repeat the text. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
