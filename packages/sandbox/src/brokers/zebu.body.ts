import { zebu as wire } from "kunji/wire";
import { type Fields, fieldsOf, textOf } from "./shared/request-reading.js";

/** What a body holds: the fields of its JSON, and the `jKey` that older clients send beside it. */
export interface Body {
  readonly jData: string | undefined;
  readonly jKey: string | undefined;
}

/** Finds `jData` by the bytes alone: bare JSON, `jData={…}` as it is, or form-encoded. The content type says nothing here. */
export function readBody(text: string): Body {
  const trimmed = text.trim();
  if (/^jData=\s*\{/.test(trimmed)) {
    // Not encoded: blanks, `+` and `%` in the JSON stand for themselves.
    const end = trimmed.lastIndexOf("}") + 1;
    const rest = new URLSearchParams(trimmed.slice(end));
    return { jData: trimmed.slice("jData=".length, end), jKey: rest.get("jKey") ?? undefined };
  }
  if (/^(jData|jKey)=/.test(trimmed)) {
    const form = new URLSearchParams(trimmed);
    return { jData: form.get("jData") || undefined, jKey: form.get("jKey") ?? undefined };
  }
  return { jData: trimmed || undefined, jKey: undefined };
}

/** The fields asked for, all of them texts, or the family's words for what is wrong. */
export function readFields<Name extends string>(
  body: Body,
  names: readonly Name[],
): { readonly fields: Fields & Readonly<Record<Name, string>> } | { readonly emsg: string } {
  if (body.jData === undefined) return { emsg: wire.messages.missing };
  const fields = fieldsOf(body.jData);
  if (!fields) return { emsg: wire.messages.notJson };
  const missing = names.find((name) => textOf(fields, name) === undefined);
  if (missing !== undefined) return { emsg: `Invalid Input : ${missing} is Missing` };
  return { fields: fields as Fields & Readonly<Record<Name, string>> };
}
