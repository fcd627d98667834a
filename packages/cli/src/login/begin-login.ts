import type { RedirectClient } from "kunji";
import { Problem } from "../problem.js";
import type { Login } from "./login.js";
import { sandboxRedirect } from "./sandbox-redirect.js";

type Begin = RedirectClient["begin"];

/**
 * Begins a login. A sandbox that was reset no longer knows the vendor session on file, and its login page would refuse the
 * link: a login that is declined asks for it beforehand, and changes nothing there.
 */
export async function beginLogin({ context, opened, place }: Login, begin: Begin): ReturnType<Begin> {
  const { io, store } = context;
  const signal = io.interrupted;
  const { client, preset } = opened;
  const begun = await store.alone(place, () => begin({ signal }));
  const username = preset?.users[0]?.username;
  const { loginVendor } = client;
  if (!loginVendor || !username) return begun;
  try {
    const parameters = Object.fromEntries(new URL(begun.url).searchParams);
    await sandboxRedirect(context, place, { ...parameters, username, consent: "false" });
    return begun;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "sandbox_refused") throw error;
    await store.alone(place, () => loginVendor({ signal, fresh: true }));
    return store.alone(place, () => begin({ signal }));
  }
}
