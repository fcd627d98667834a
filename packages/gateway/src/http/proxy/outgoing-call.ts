import type { IncomingMessage } from "node:http";
import type { ProxyEntry } from "../../flows/proxy-entry.js";
import type { UpstreamCall } from "../../ports/upstream.js";
import { type RequestBody, streamed } from "./request-body.js";

/** A body that is here as a whole, one that is sent on as it comes, or none. */
export type OutgoingBody = Buffer | RequestBody | null;

/** What a call to the broker is made from: a request as it came, and the session. */
export function outgoingCall(
  request: IncomingMessage,
  path: string,
  { origin, egress, authHeaders, forwarded }: ProxyEntry,
  given: OutgoingBody,
  mostBytes: number,
): UpstreamCall {
  const headers: string[] = [];
  for (const name of forwarded) {
    const value = request.headers[name];
    if (typeof value === "string") headers.push(name, value);
  }
  let body: UpstreamCall["body"];
  if (given === null || Buffer.isBuffer(given)) body = given;
  else {
    body = streamed(request, mostBytes);
    if (given.length !== undefined) headers.push("content-length", String(given.length));
  }
  for (const part of authHeaders) headers.push(part);
  return { origin, egress, path, method: request.method ?? "GET", headers, body };
}
