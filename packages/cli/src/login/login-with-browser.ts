import type { Session } from "kunji";
import { attemptMs } from "kunji";
import type { Context } from "../context.js";
import { Problem } from "../problem.js";
import { beginLogin } from "./begin-login.js";
import { bindBrowser } from "./browser-binding.js";
import { goesOn, isLoopback, listenForCallback } from "./callback-listener.js";
import type { Login } from "./login.js";

const waitMinutes = attemptMs / 60_000;

/** Whichever comes first: the login, ten minutes, Ctrl-C. `over` is given up with the wait. */
async function within<T>({ io }: Context, work: (over: AbortSignal) => Promise<T>): Promise<T> {
  let cancel = () => {};
  const over = new AbortController();
  const late = new Promise<never>((_, reject) => {
    const stop = () => reject(new Problem("interrupted", "Stopped: nobody was logged in."));
    const expire = () =>
      reject(
        new Problem(
          "login_timed_out",
          `Nobody came back from the broker within ${waitMinutes} minutes.`,
          "Run the command again.",
        ),
      );
    const off = io.after(attemptMs, expire);
    io.interrupted.addEventListener("abort", stop, { once: true });
    if (io.interrupted.aborted) stop();
    cancel = () => {
      off();
      io.interrupted.removeEventListener("abort", stop);
    };
  });
  return Promise.race([work(over.signal), late]).finally(() => {
    cancel();
    over.abort();
  });
}

async function caught(
  { context, finish }: Login,
  url: string,
  redirectUri: string,
  complete: (callbackUrl: string) => Promise<Session>,
  print: boolean,
): Promise<Session> {
  const { io, out, settings } = context;
  const show = print || !settings.display;
  const binding = bindBrowser(io, redirectUri);
  const open = (bound: boolean) =>
    listenForCallback({
      redirectUri,
      loginUrl: url,
      ...(bound ? { binding } : {}),
      finish: (callbackUrl) => finish(() => complete(callbackUrl)),
    });
  let listener = await open(!show);
  try {
    const start = new URL(binding.startPath, redirectUri).href;
    if (!show && (await io.openBrowser(start))) {
      out.say(`Your browser opens ${start}`);
      out.say("Log in there. No page? Run the command again with --print-url.");
    } else {
      if (!show) {
        await listener.close();
        listener = await open(false);
      }
      out.say("Open this address in a browser on this machine and log in:");
      out.say(url);
    }
    out.say(`Waiting for you to come back (${waitMinutes} minutes; Ctrl-C ends it).`);
    return await within(context, () => listener.done);
  } finally {
    await listener.close();
  }
}

async function pasted(
  { context, finish }: Login,
  url: string,
  complete: (callbackUrl: string) => Promise<Session>,
  print: boolean,
): Promise<Session> {
  const { io, out } = context;
  const { ask } = io;
  if (!ask)
    throw new Problem(
      "usage",
      "The app's redirect URL is not on this machine, so the address that the browser ends at must be pasted.",
      "Run the command in a terminal, or register a redirect URL such as http://127.0.0.1:4702/callback.",
    );
  if (print || !(await io.openBrowser(url))) {
    out.say("Open this address in a browser and log in:");
    out.say(url);
  }
  for (;;) {
    const question = "Paste the address that the browser ended at";
    const address = await within(context, (over) => ask.secret(question, over));
    if (address === undefined) throw new Problem("interrupted", "Stopped: nobody was logged in.");
    try {
      return await finish(() => complete(address.trim()));
    } catch (error) {
      if (!goesOn(error)) throw error;
      out.warn(`${error.message} Nothing was used up: paste the whole address, from http to the end.`);
    }
  }
}

/** Sends the person to the broker's page, and takes them back on the app's redirect URL. */
export async function loginWithBrowser(login: Login, print: boolean): Promise<Session> {
  const { context, opened, place } = login;
  const { begin, complete } = opened.client;
  if (!begin || !complete)
    throw new Problem("usage", `${place.broker} has no login page.`, `Run: kunji login ${place.broker}`);
  const signal = context.io.interrupted;
  const { url, attempt } = await beginLogin(login, begin);
  const redirectUri = opened.settings.redirectUri ?? "";
  const done = (callbackUrl: string) => complete(attempt, callbackUrl, { signal });
  return isLoopback(redirectUri)
    ? caught(login, url, redirectUri, done, print)
    : pasted(login, url, done, print);
}
