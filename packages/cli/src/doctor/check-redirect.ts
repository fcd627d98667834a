import { createServer } from "node:net";
import { brokers, KunjiError } from "kunji";
import type { Context } from "../context.js";
import { isLoopback, listenAt } from "../login/callback-listener.js";
import { sandboxRedirect } from "../login/sandbox-redirect.js";
import { clientFor, type OpenApp } from "../open-client.js";
import type { Place } from "../place.js";
import { Problem, systemCode } from "../problem.js";
import type { Finding } from "./finding.js";

/** The system's code where the port can't be listened on. */
async function portCode(redirectUri: string): Promise<string | undefined> {
  const { host, port } = listenAt(redirectUri);
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => resolve());
    });
    await new Promise((resolve) => server.close(resolve));
    return undefined;
  } catch (error) {
    return systemCode(error) || "unknown reason";
  }
}

async function port({ broker }: Place, redirectUri: string): Promise<Finding> {
  const { name } = brokers[broker].traits;
  const named = { check: "port", broker } as const;
  const code = await portCode(redirectUri);
  const number = listenAt(redirectUri).port;
  return code === undefined
    ? { ...named, level: "ok", says: `${name}: port ${number} is free for the way back from the broker.` }
    : {
        ...named,
        level: "fail",
        says: `${name}: port ${number} can't be listened on (${code}): end the program that uses it, or register another redirect URL.`,
      };
}

const placeOfUrl = (url: URL) => url.origin + url.pathname;

/** Where the sandbox would send the browser; it is asked to let the user decline, which changes nothing. */
async function redirectOf(context: Context, place: Place, app: OpenApp): Promise<URL | undefined> {
  const client = clientFor(context, place, app, context.io.now);
  if (!client.begin) return undefined;
  const { url } = await client.begin({ signal: context.io.interrupted });
  const parameters = Object.fromEntries(new URL(url).searchParams);
  const username = app.preset?.users[0]?.username ?? "";
  return new URL(await sandboxRedirect(context, place, { ...parameters, username, consent: "false" }));
}

const nextOf = (error: unknown) => (error instanceof Problem ? error.next : undefined);

async function registered(context: Context, place: Place, app: OpenApp): Promise<Finding[]> {
  const { broker } = place;
  const { name } = brokers[broker].traits;
  const fix = `kunji app set ${broker} --env ${place.env}`;
  try {
    const leads = await redirectOf(context, place, app);
    if (!leads) return [];
    const own = new URL(app.settings.redirectUri ?? "");
    const named = { check: "redirect URL", broker } as const;
    if (placeOfUrl(leads) === placeOfUrl(own))
      return [
        {
          ...named,
          level: "ok",
          says: `${name}: the broker sends the browser to the URL that we listen on.`,
        },
      ];
    return [
      {
        ...named,
        level: "fail",
        says: `${name}: the broker sends the browser to ${placeOfUrl(leads)}, and we listen on ${placeOfUrl(own)}: change it on the portal, or enter the registered one with ${fix}`,
      },
    ];
  } catch (error) {
    if (error instanceof Problem || (error instanceof KunjiError && error.action === "fix_keys"))
      return [
        {
          check: "keys",
          broker,
          level: "fail",
          says: `${name}: ${error.message} ${nextOf(error) ?? `Enter the keys anew: ${fix}`}`,
        },
      ];
    if (!(error instanceof KunjiError)) throw error;
    return [
      {
        check: "host",
        broker,
        level: "fail",
        says: `${name}: a login can't begin: ${error.message} Try again in a while.`,
      },
    ];
  }
}

/** The redirect URL: whether we can listen there, and in the sandbox whether the broker knows app and URL. */
export async function checkRedirect(context: Context, place: Place, app: OpenApp): Promise<Finding[]> {
  const { broker } = place;
  const { name, login } = brokers[broker].traits;
  if (login !== "redirect") return [];
  const redirectUri = app.settings.redirectUri ?? "";
  const findings: Finding[] = isLoopback(redirectUri)
    ? [await port(place, redirectUri)]
    : [
        {
          check: "redirect URL",
          broker,
          level: "warn",
          says: `${name}: the redirect URL is not on this machine: a login asks you to paste the address that the browser ends at.`,
        },
      ];
  return app.preset ? [...findings, ...(await registered(context, place, app))] : findings;
}
