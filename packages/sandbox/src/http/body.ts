import type { Context } from "hono";
import { Problem } from "../problem.js";
import type { Env } from "./env.js";

/** The longest body that is taken, in bytes. */
const bodyLimit = 1_048_576;

const tooLarge = (): Problem => new Problem(413, "too_large", "A body may have 1 MiB at most. Send less.");

/**
 * The body's text, whatever its content type; "" where there is none. Read once, then kept with the context.
 * @throws Problem 413 over 1 MiB
 */
export async function readBody(c: Context<Env>): Promise<string> {
  const known = c.get("body");
  if (known !== undefined) return known;
  const request = c.req.raw;
  if (Number(request.headers.get("content-length") ?? 0) > bodyLimit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > bodyLimit) throw tooLarge();
    chunks.push(chunk);
  }
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.concat(chunks));
  c.set("body", text);
  return text;
}

const isJson = (c: Context<Env>): boolean => /\bjson\b/i.test(c.req.header("content-type") ?? "");

/** True where the caller sends JSON and so wants JSON back. */
export const speaksJson = isJson;

/**
 * The fields of a JSON object or of a form; an empty body has none.
 * @throws Problem 400 where it is neither
 */
export async function readFields(c: Context<Env>): Promise<Record<string, unknown>> {
  const text = await readBody(c);
  if (text.trim() === "") return {};
  if (!isJson(c) && !text.trimStart().startsWith("{")) return Object.fromEntries(new URLSearchParams(text));
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below: a parser's message would repeat what was sent.
  }
  throw new Problem(400, "bad_json", "The body is no JSON object. Send one, such as {}.");
}
