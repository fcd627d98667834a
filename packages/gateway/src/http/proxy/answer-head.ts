import { passedHeaders } from "../../domain/proxy-headers.js";
import type { ProxyEntry } from "../../flows/proxy-entry.js";
import type { AnswerHeaders } from "../../ports/upstream.js";
import type { ProxyParts } from "./proxy-parts.js";
import { requestIdHeader } from "./proxy-problem.js";

/** The headers of a broker's answer as they are passed on, names and values in turn. `whole` is its body, where it is held. */
export function answerHead(
  { alwaysOfBroker, alwaysNames }: ProxyParts,
  { authNames, headerCredentials }: ProxyEntry,
  given: AnswerHeaders,
  whole: Buffer | undefined,
  requestId: string,
): string[] {
  const withheld = { names: authNames, holds: headerCredentials.inText };
  const headers = passedHeaders(given, withheld, alwaysOfBroker, alwaysNames);
  if (whole && given["content-length"] === undefined) headers.push("content-length", String(whole.length));
  headers.push(requestIdHeader, requestId);
  return headers;
}
