import type { Call } from "../../broker.js";

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a text that is one JSON object; `undefined` for anything else. */
export function fieldsOf(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The field's value where it is a text of at least one character. */
export function textOf(fields: Fields | undefined, name: string): string | undefined {
  const value = fields && Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A header's value where it has at least one character. */
export function headerOf(call: Call, name: string): string | undefined {
  return call.headers.get(name) || undefined;
}

/** The token of `Authorization: Bearer …`. The scheme's case does not matter. */
export function bearerOf(call: Call): string | undefined {
  return /^bearer +(\S+)$/i.exec(call.headers.get("authorization") ?? "")?.[1];
}

/** A wire path's `{name}` parts as a route's `:name` parts. */
export function routePath(wirePath: string): string {
  return wirePath.replace(/\{(\w+)\}/g, ":$1");
}
