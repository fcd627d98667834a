import { readFile } from "node:fs/promises";
import type { Arguments } from "../arguments.js";
import { type Command, envOptionHelp } from "../command.js";
import type { Context } from "../context.js";
import { exits } from "../exit-codes.js";
import { readySession } from "../held-session.js";
import { readStdin } from "../io.js";
import { openClient } from "../open-client.js";
import { placeOf } from "../places-of.js";
import { Problem, systemCode } from "../problem.js";
import { secretTexts, shownHeaders, without } from "../shown-headers.js";

async function bodyOf(context: Context, data: string | undefined): Promise<string | undefined> {
  if (data === "-") return readStdin(context.io);
  if (!data?.startsWith("@")) return data;
  try {
    return await readFile(data.slice(1), "utf8");
  } catch (error) {
    throw new Problem(
      "usage",
      `The file behind -d @ can't be read (${systemCode(error) || "unknown reason"}).`,
    );
  }
}

function headersOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([^\s:]+):\s*(.*?)\s*$/.exec(line) ?? [];
      if (name === undefined || value === undefined)
        throw new Problem("usage", "A header is given as -H 'Name: value'.", "See: kunji help call");
      return [name, value];
    }),
  );
}

/** The broker's answer as one JSON object, without the session's secrets. */
function asJson(response: Response, bytes: Uint8Array, secrets: readonly string[]) {
  const text = without(new TextDecoder().decode(bytes), secrets);
  const { status } = response;
  const facts = { status, headers: shownHeaders(response, secrets) };
  try {
    return { ...facts, body: JSON.parse(text) as unknown };
  } catch {
    return { ...facts, body: text };
  }
}

async function run(context: Context, args: Arguments) {
  const { io, out, store } = context;
  const [, method, path] = args.words;
  const place = await placeOf(context, args);
  if (!method || !path)
    throw new Problem(
      "usage",
      "Say the method and the path.",
      `For example: kunji call ${place.broker} GET /path`,
    );
  const headers = headersOf(args.values("header"));
  const body = await bodyOf(context, args.value("data"));
  const opened = await openClient(context, place);
  // One call at a time for a session: the second begins with the tokens that the first was given.
  const { response, secrets } = await store.alone(place, async () => {
    const session = await readySession(context, place, opened);
    const response = await opened.client.fetch(session, path, {
      method: method.toUpperCase(),
      headers,
      signal: io.interrupted,
      ...(body === undefined ? {} : { body }),
    });
    await store.saveSession(place, response.session);
    return { response, secrets: secretTexts(session, response.session) };
  });
  const bytes = await bytesOf(response);
  if (out.json) out.result(asJson(response, bytes, secrets), []);
  else {
    if (args.flag("include")) {
      const lines = Object.entries(shownHeaders(response, secrets)).map(
        ([name, value]) => `${name}: ${value}`,
      );
      io.stdout.write(`HTTP ${response.status}\n${lines.join("\n")}\n\n`);
    }
    io.stdout.write(bytes);
    if (io.stdout.isTTY && bytes.at(-1) !== 10) io.stdout.write("\n");
  }
  if (response.ok) return exits.ok;
  out.warn(
    `${place.broker} answered with status ${response.status}. The body above says what it makes of the call.`,
  );
  return exits.refused;
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch {
    throw new Problem(
      "answer_cut_short",
      "The broker's answer ended before it was whole.",
      "Look before you send an order again: the broker has taken the call.",
    );
  }
}

export const callCommand: Command = {
  name: "call",
  summary: "call the broker with the session",
  usage: "<broker> <METHOD> <path> [-d BODY] [-H 'Name: value'] [-i]",
  help: `Sends one call with the session's credentials and writes the broker's body to stdout, untouched. The path is
relative to the broker's base URL. A session that ends within the minute is renewed first, where the broker can.
An answer outside 200 to 299 makes the exit code 5; one that is 200 and says failure in its body does not.

  -d, --data BODY    the body; @file reads a file, - reads stdin
  -H, --header LINE  a header, any number of times
  -i, --include      the status and the headers first
${envOptionHelp}
  --json             status, headers and body as one JSON object

Examples:
  kunji call zebu POST /NorenWClientAPI/GetQuotes -d '{"uid":"ZP0001","exch":"NSE","token":"2885"}'
  kunji call ventura GET /user/v1/profile
  kunji call autoshares GET /v1.0/users/@me/accounts -i`,
  options: {
    env: { type: "string" },
    data: { type: "string", short: "d" },
    header: { type: "string", short: "H", multiple: true },
    include: { type: "boolean", short: "i" },
  },
  most: 3,
  run,
};
