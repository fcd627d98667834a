import { brokers, type Session } from "kunji";
import type { Context } from "../context.js";
import type { Place } from "../place.js";
import { Problem } from "../problem.js";
import type { Preset, PresetUser } from "../sandbox-api.js";
import { steer } from "../sandbox-api.js";
import type { Login } from "./login.js";

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

/**
 * Where the sandbox would send the browser.
 * @throws Problem `sandbox_refused`; where the broker has a vendor session, that may be one that has ended there
 */
export async function sandboxRedirect(
  context: Context,
  { broker }: Place,
  body: Readonly<Record<string, string>>,
): Promise<string> {
  try {
    return String((await steer(context, "POST", `${broker}/login`, body)).redirect);
  } catch (error) {
    const { vendorSession } = brokers[broker].traits;
    if (!(error instanceof Problem) || error.code !== "sandbox_refused" || !vendorSession) throw error;
    const next = `If the vendor session is not known there any more: kunji logout ${broker} --vendor, then log in again.`;
    throw new Problem(error.code, error.message, next);
  }
}

/** Logs a ready user in where the sandbox stands in for the browser. */
export async function loginWithoutBrowser(login: Login, user: PresetUser): Promise<Session> {
  const { context, opened, place, finish } = login;
  const { begin, complete } = opened.client;
  if (!begin || !complete) throw new Problem("usage", `${place.broker} has no login page.`);
  const signal = context.io.interrupted;
  const { url, attempt } = await context.store.alone(place, () => begin({ signal }));
  const parameters = Object.fromEntries(new URL(url).searchParams);
  const redirect = await sandboxRedirect(context, place, { ...parameters, username: user.username });
  return finish(() => complete(attempt, redirect, { signal }));
}
