import { isObject, jsonOf } from "../json.js";
import { GatewayError, ownError } from "./gateway-error.js";

const longest = 500;

/** A text of an answer, without the API key should something in between have repeated it. */
function textOf(value: unknown, key: string): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  return value.replaceAll(key, "[secret]").slice(0, longest);
}

/** What an answer that refuses says: the gateway's problem, or that it isn't the gateway's. @param key the API key */
export function errorOf({ status, headers }: Response, text: string | undefined, key: string): GatewayError {
  const said = jsonOf(text ?? "");
  const body = isObject(said) ? said : {};
  const after = headers.get("retry-after") ?? "";
  const facts = {
    status,
    requestId: textOf(body.request_id ?? headers.get("x-request-id"), key),
    retryAfterS: /^\d{1,9}$/.test(after) ? Number(after) : undefined,
  };
  const { code } = body;
  const detail = textOf(body.detail, key);
  if (typeof code !== "string" || !/^[a-z_]{1,64}$/.test(code) || detail === undefined)
    return ownError("answer_unreadable", facts);
  return new GatewayError(code, detail, {
    ...facts,
    field: textOf(body.field, key),
    broker: textOf(body.broker, key) as GatewayError["broker"],
    brokerDetail: textOf(body.broker_detail, key),
  });
}
