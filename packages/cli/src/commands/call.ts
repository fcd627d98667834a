import { readFile } from "node:fs/promises";
import { brokers, KunjiError, type Session } from "kunji";
import { classifyCall } from "kunji/calls";
import type { Arguments } from "../arguments.js";
import { heedingBroker } from "../broker-word.js";
import { type Command, envOptionHelp } from "../command.js";
import type { Context } from "../context.js";
import { exits } from "../exit-codes.js";
import { readySession } from "../held-session.js";
import { readStdin } from "../io.js";
import { type Opened, openClient } from "../open-client.js";
import { PerhapsDone } from "../perhaps-done.js";
import type { Place } from "../place.js";
import { placeOf } from "../places-of.js";
import { Problem, systemCode } from "../problem.js";
import { jsonWithout, secretTexts, shownHeaders, without } from "../shown-headers.js";

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
  const text = new TextDecoder().decode(bytes);
  const { status } = response;
  const facts = { status, headers: shownHeaders(response, secrets) };
  try {
    return { ...facts, body: jsonWithout(JSON.parse(text), secrets) };
  } catch {
    return { ...facts, body: without(text, secrets) };
  }
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** A login's path takes passwords and answers with tokens: neither is for a command line or a screen. */
function credentialPath({ broker }: Place): Problem {
  const { refresh, logout } = brokers[broker].traits;
  const ways = ["login", ...(refresh ? ["refresh"] : []), ...(logout ? ["logout"] : [])];
  return new Problem(
    "usage",
    "This path is one for logins, passwords or tokens, or may be: kunji call sends nothing there.",
    `Use ${ways.map((way) => `kunji ${way} ${broker}`).join(", ")}.`,
  );
}

/** What the arguments ask for. @throws Problem `usage` */
async function requestOf(context: Context, args: Arguments, place: Place) {
  const [, word, path] = args.words;
  const method = word?.toUpperCase();
  if (!method || !path)
    throw new Problem(
      "usage",
      "Say the method and the path.",
      `For example: kunji call ${place.broker} GET /path`,
    );
  const help = "See: kunji help call";
  if (!methods.includes(method))
    throw new Problem("usage", `There is no such method: it is one of ${methods.join(", ")}.`, help);
  if (!path.startsWith("/")) throw new Problem("usage", "A path begins with /.", help);
  if (classifyCall(place.broker, method, path) === "credential") throw credentialPath(place);
  if (/^(?:GET|HEAD)$/.test(method) && args.flag("data"))
    throw new Problem("usage", `${method} takes no body: leave -d out, or use another method.`, help);
  const headers = headersOf(args.values("header"));
  const body = await bodyOf(context, args.value("data"));
  return { method, path, init: { method, headers, ...(body === undefined ? {} : { body }) } };
}

type Request = Awaited<ReturnType<typeof requestOf>>;

async function sent(context: Context, place: Place, opened: Opened, request: Request, session: Session) {
  const { interrupted: signal } = context.io;
  const { method, path, init } = request;
  if (signal.aborted) throw new Problem("interrupted", "Stopped: the call was not sent.");
  try {
    return await opened.client.fetch(session, path, { ...init, signal });
  } catch (error) {
    const unknown = error instanceof KunjiError && error.fate === "unknown";
    if (unknown && classifyCall(place.broker, method, path) !== "read") throw new PerhapsDone(error);
    throw error;
  }
}

/** What kept the newer session from being stored: the call went out, and its answer must not be lost with it. */
async function unsaved({ store }: Context, place: Place, session: Session): Promise<Problem | undefined> {
  try {
    await store.saveSession(place, session);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

async function run(context: Context, args: Arguments) {
  const { out, store } = context;
  const place = await placeOf(context, args);
  const request = await requestOf(context, args, place);
  const opened = await openClient(context, place);
  // One call at a time for a session: the second begins with the tokens that the first was given.
  const calling = async () => {
    const session = await readySession(context, place, opened);
    const auth = await opened.client.callHeaders(session);
    const response = await sent(context, place, opened, request, session);
    const lost = await unsaved(context, place, response.session);
    const secrets = await secretTexts(context, place, opened, auth, session, response.session);
    return { response, secrets, lost };
  };
  const { response, secrets, lost } = await store.alone(place, () => heedingBroker(context, place, calling));
  try {
    await show(context, args, response, secrets);
  } finally {
    if (lost)
      out.warn(
        `The call was sent, but the session as it is after it could not be kept. ${lost.message} ${lost.next ?? ""}`.trim(),
      );
  }
  if (!response.ok)
    out.warn(
      `${place.broker} answered with status ${response.status}. The body above says what it makes of the call.`,
    );
  if (lost) return lost.exit;
  return response.ok ? exits.ok : exits.refused;
}

async function show(
  { io, out }: Context,
  args: Arguments,
  response: Response,
  secrets: readonly string[],
): Promise<void> {
  const bytes = await bytesOf(response);
  // Not by out.result: the words are the broker's.
  if (out.json) io.stdout.write(`${JSON.stringify(asJson(response, bytes, secrets), null, 2)}\n`);
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
relative to the broker's base URL. A path for logins, passwords or tokens is
refused: login, refresh and logout are for that. A session that ends within the minute is renewed first, where the broker can.
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
