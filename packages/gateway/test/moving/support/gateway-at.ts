import { createLog } from "../../../src/adapters/signals/pino-log.js";
import { openGateway } from "../../../src/gateway.js";
import { readSettings } from "../../../src/settings.js";
import { newPerson } from "../../browser/support/person.js";
import type { Ask, WholeGateway } from "../../invariants/support/whole-gateway.js";
import { publicUrl } from "../../support/world.js";

/** The settings of a gateway beside the same sandbox. */
export const environmentOf = (
  { sandboxUrl }: WholeGateway,
  place: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> => ({
  KUNJI_PORT: "0",
  KUNJI_PUBLIC_URL: publicUrl,
  KUNJI_SANDBOX_URL: sandboxUrl,
  KUNJI_WEBHOOK_TARGETS: "any",
  KUNJI_RATE_PER_ADDRESS: "off",
  ...place,
});

/** The gateway at another place: the same brokers, the same clock. Its `close` closes it alone. */
export async function gatewayAt(
  whole: WholeGateway,
  place: { readonly KUNJI_DATA: string; readonly DATABASE_URL?: string },
): Promise<WholeGateway> {
  const said: string[] = [];
  const gateway = await openGateway({
    settings: readSettings(environmentOf(whole, place)),
    version: "0.0.0",
    now: whole.gateway.ports.now,
    background: false,
    log: createLog({ level: "silent" }),
    say: (line) => void said.push(line),
  });
  const own = gateway.apiKey?.reveal() ?? "";
  return {
    ...whole,
    gateway,
    data: place.KUNJI_DATA,
    written: said,
    person: () => newPerson(gateway.server),
    async ask(method: string, path: string, { body, key = own, headers = {} }: Ask = {}) {
      const answer = await fetch(`${gateway.url}${path}`, {
        method,
        redirect: "manual",
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const isJson = /json/.test(answer.headers.get("content-type") ?? "");
      const json = isJson && text ? JSON.parse(text) : undefined;
      return { asked: `${method} ${path}`, status: answer.status, headers: "", text, json };
    },
    close: () => gateway.close(),
  };
}
