import type { OneMoreStep, Session } from "kunji";
import { readStdin } from "../io.js";
import { Problem } from "../problem.js";
import type { PresetUser } from "../sandbox-api.js";
import type { Login } from "./login.js";

/** What a login without a redirect needs. The code is asked for only where the broker wants one. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  code(needs: OneMoreStep["needs"]): Promise<string>;
}

const stopped = () => new Problem("interrupted", "Stopped: nobody was logged in.");
const questions = { verification_code: "Verification code", pin: "PIN" } as const;

/** Asks without echo. @throws Problem `usage` where nobody can be asked */
export async function askSecret({ context, place }: Login, question: string): Promise<string> {
  const { ask } = context.io;
  if (!ask)
    throw new Problem(
      "usage",
      `${place.broker} asks for: ${question.toLowerCase()}, and there is no terminal to ask at.`,
      `Run it in a terminal, or give it on stdin: kunji login ${place.broker} --user NAME --password-stdin`,
    );
  const answer = await ask.secret(question);
  if (answer === undefined) throw stopped();
  return answer;
}

export async function askText({ context }: Login, question: string, otherwise?: string): Promise<string> {
  const answer = await context.io.ask?.text(question, otherwise);
  if (answer !== undefined) return answer.trim();
  if (context.io.ask) throw stopped();
  throw new Problem(
    "usage",
    `There is no terminal to ask for: ${question.toLowerCase()}.`,
    "Give it with --user NAME.",
  );
}

/** From the terminal; the username may come from `--user`. */
export async function askedCredentials(login: Login, user: string | undefined): Promise<Credentials> {
  return {
    username: user ?? (await askText(login, "Username")),
    password: await askSecret(login, "Password"),
    code: (needs) => askSecret(login, questions[needs]),
  };
}

/** The password is stdin's first line, a code its second. */
export async function pipedCredentials(login: Login, user: string | undefined): Promise<Credentials> {
  const [password = "", second] = (await readStdin(login.context.io)).split(/\r?\n/);
  return {
    username: user ?? (await askText(login, "Username")),
    password,
    code: async (needs) => second || askSecret(login, questions[needs]),
  };
}

/** A ready user's of the sandbox, with the code of the moment; a PIN is asked for. */
export function readyCredentials(login: Login, { username, password, totp }: PresetUser): Credentials {
  return {
    username,
    password,
    code: async (needs) =>
      (needs === "verification_code" ? totp : undefined) ?? askSecret(login, questions[needs]),
  };
}

/** Logs in with user name and password, and with the one more thing that the broker may want. */
export async function loginWithPassword(login: Login, credentials: Credentials): Promise<Session> {
  const { opened, place, context } = login;
  const send = opened.client.login;
  if (!send) throw new Problem("usage", `${place.broker} has no login with a password.`);
  const { username, password } = credentials;
  const input = { username, password, signal: context.io.interrupted };
  const first = await send(input);
  if (!("needs" in first)) return login.finish(async () => first);
  const code = (await credentials.code(first.needs)).trim();
  const last = await send({ ...input, second: { step: first, code } });
  if (!("needs" in last)) return login.finish(async () => last);
  throw new Problem(
    "step_unknown",
    `${place.broker} asks for yet another step, which the command does not know.`,
    `Log in again: kunji login ${place.broker}`,
  );
}
