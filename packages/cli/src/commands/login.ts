import { brokers, endsAt, type Session } from "kunji";
import type { Arguments } from "../arguments.js";
import { type Command, envOptionHelp } from "../command.js";
import type { Context } from "../context.js";
import { exits } from "../exit-codes.js";
import { nextCall } from "../first-call.js";
import { type Login, loginAt } from "../login/login.js";
import { loginWithBrowser } from "../login/login-with-browser.js";
import {
  askedCredentials,
  loginWithPassword,
  pipedCredentials,
  readyCredentials,
} from "../login/login-with-password.js";
import { loginWithTotp } from "../login/login-with-totp.js";
import { loginWithoutBrowser, readyUser } from "../login/login-without-browser.js";
import { openClient } from "../open-client.js";
import { printable } from "../output.js";
import { placeOf } from "../places-of.js";
import { Problem } from "../problem.js";
import { moment, reason, sessionFacts } from "../times.js";

/** The way in that the options ask for and the broker has. */
async function logIn(login: Login, args: Arguments): Promise<Session> {
  const { client } = login.opened;
  const user = args.value("user");
  const ready = args.flag("no-browser") ? readyUser(login, user) : undefined;
  if (args.flag("totp")) return loginWithTotp(login, user, ready);
  if (client.login) {
    if (ready) return loginWithPassword(login, readyCredentials(login, ready));
    const credentials = args.flag("password-stdin") ? pipedCredentials : askedCredentials;
    return loginWithPassword(login, await credentials(login, user));
  }
  if (ready) return loginWithoutBrowser(login, ready);
  return loginWithBrowser(login, args.flag("print-url"));
}

function refuseIdle(login: Login, args: Arguments): void {
  const { client } = login.opened;
  const idle = [
    ["password-stdin", client.login === undefined || args.flag("no-browser") || args.flag("totp")],
    ["print-url", client.begin === undefined || args.flag("no-browser") || args.flag("totp")],
    ["user", client.login === undefined && !args.flag("no-browser") && !args.flag("totp")],
  ] as const;
  for (const [name, useless] of idle)
    if (useless && args.flag(name))
      throw new Problem("usage", `--${name} has no use in this login.`, "See: kunji help login");
}

function tell(login: Login, session: Session): void {
  const { context, place, opened } = login;
  const { out } = context;
  const now = opened.now();
  const end = endsAt(session, now);
  const account = printable(session.account ?? "an account that the broker has not named");
  const next = nextCall(place, session);
  out.result({ ...place, ...sessionFacts(session, now), proven: session.confirmed, next }, [
    `${out.tone("good", "Logged in")} at ${brokers[place.broker].traits.name} (${place.env}) as ${account}.`,
    end.known
      ? `Ends ${moment(end.at, context.io.now())}: ${reason(end, session)}.`
      : `End unknown: ${reason(end, session)}.`,
    "",
    "Call it:",
    `  ${next}`,
  ]);
}

async function run(context: Context, args: Arguments) {
  const place = await placeOf(context, args);
  const opened = await openClient(context, place);
  const login = loginAt(context, place, opened);
  refuseIdle(login, args);
  tell(login, await logIn(login, args));
  return exits.ok;
}

export const loginCommand: Command = {
  name: "login",
  summary: "log in at a broker",
  usage: "<broker> [options]",
  help: `Opens the broker's login page, waits for you to come back, proves the session by a first call and keeps it,
encrypted, on this machine. A broker without a login page asks for user name and password here, without echo.

${envOptionHelp}
  --print-url      print the login page's address instead of opening a browser
  --no-browser     sandbox only: log a ready user in without a page
  --user NAME      the user name; with --no-browser one of the sandbox's ready users
  --password-stdin read the password from stdin's first line, a code from its second
  --totp           log in with a one-time code and no page, where the broker has that

Examples:
  kunji login zebu
  kunji login nuvama --no-browser
  kunji login ventura --env live
  kunji login autoshares --user demo.trader --password-stdin < password.txt`,
  options: {
    env: { type: "string" },
    "print-url": { type: "boolean" },
    "no-browser": { type: "boolean" },
    user: { type: "string" },
    "password-stdin": { type: "boolean" },
    totp: { type: "boolean" },
  },
  most: 1,
  run,
};
