import type { LinkedNotReady } from "../../flows/readiness-rows.js";

/** A field of a line: spreadsheets take what begins like a formula for one, so that begins with an apostrophe. */
function field(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

const line = (fields: readonly string[]): string => `${fields.map(field).join(",")}\r\n`;

/** Who must log in, with the link to send, as RFC 4180 has it. */
export async function* readinessFile(
  pages: AsyncIterable<readonly LinkedNotReady[]>,
): AsyncGenerator<string> {
  yield line(["user", "broker", "account", "connect_url"]);
  for await (const page of pages)
    for (const { connection, connectUrl } of page)
      yield line([connection.user, connection.broker, connection.account ?? "", connectUrl]);
}
