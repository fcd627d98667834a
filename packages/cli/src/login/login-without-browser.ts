import type { Session } from "kunji";
import { Problem } from "../problem.js";
import type { Preset, PresetUser } from "../sandbox-api.js";
import { beginLogin } from "./begin-login.js";
import type { Login } from "./login.js";
import { sandboxRedirect } from "./sandbox-redirect.js";

/** The sandbox's ready user of that name, else the first. @throws Problem `usage` */
export function readyUser({ opened, place }: Login, name: string | undefined): PresetUser {
  const { users } = opened.preset ?? noPreset();
  const found = name === undefined ? users[0] : users.find(({ username }) => username === name);
  if (found) return found;
  throw new Problem(
    "usage",
    "The sandbox has no such user.",
    `See who there is: kunji sandbox users ${place.broker}`,
  );
}

function noPreset(): Preset {
  throw new Problem(
    "usage",
    "--no-browser works with the sandbox only: at a broker's own hosts a person must log in.",
    "Leave --no-browser out, or use --env sandbox.",
  );
}

/** Logs a ready user in where the sandbox stands in for the browser. */
export async function loginWithoutBrowser(login: Login, user: PresetUser): Promise<Session> {
  const { context, opened, place, finish } = login;
  const { begin, complete } = opened.client;
  if (!begin || !complete) throw new Problem("usage", `${place.broker} has no login page.`);
  const signal = context.io.interrupted;
  const { url, attempt } = await beginLogin(login, begin);
  const parameters = Object.fromEntries(new URL(url).searchParams);
  const redirect = await sandboxRedirect(context, place, { ...parameters, username: user.username });
  return finish(() => complete(attempt, redirect, { signal }));
}
