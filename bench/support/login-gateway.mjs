// Whole logins at a gateway with a sandbox behind it, each a process of its own, as an app's server and its user make them.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/settings.mjs";
import { formOf, newBrowser } from "./login-browser.mjs";
import { startProgram } from "./login-processes.mjs";

const returnUrl = "https://app.example/connected";
const user = "asha";
/** All logins come from one address and one API key: what either may do in a minute is raised. */
const rate = "100000000";

const programOf = (name) => [join(root, "packages", name, "bin", `kunji-${name}.js`)];

/**
 * Starts both, with an app at each broker.
 * @param databaseUrl a PostgreSQL's; left out: SQLite in a folder of its own
 */
export async function openGateway(caller, databaseUrl) {
  const folder = await mkdtemp(join(tmpdir(), "kunji-logins-"));
  const started = [];
  const start = async (wish) => {
    const program = await startProgram(folder, wish);
    started.unshift(program);
    return program;
  };
  async function close() {
    for (const program of started) await program.stop();
    await rm(folder, { recursive: true, force: true });
  }
  try {
    const sandbox = await start({
      name: "sandbox",
      args: () => programOf("sandbox"),
      env: (port) => ({ KUNJI_SANDBOX_PORT: String(port), KUNJI_DATA: folder }),
      ready: "/_sandbox/presets",
    });
    const apiKey = randomBytes(24).toString("hex");
    const gateway = await start({
      name: "gateway",
      args: () => programOf("gateway"),
      env: (port) => ({
        KUNJI_PORT: String(port),
        KUNJI_DATA: folder,
        KUNJI_API_KEY: apiKey,
        KUNJI_SANDBOX_URL: sandbox.origin,
        KUNJI_RATE_PER_KEY: rate,
        KUNJI_RATE_PER_ADDRESS: rate,
        DATABASE_URL: databaseUrl,
      }),
      ready: "/ready",
    });
    return {
      ...(await withApps(caller, { gateway: gateway.origin, sandbox: sandbox.origin, apiKey })),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function withApps({ call }, { gateway, sandbox, apiKey }) {
  /** A call with JSON both ways. @throws Error where another status than the expected one is answered */
  async function ask(status, method, url, body, headers = {}) {
    const sent = body && {
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    };
    const answer = await call(method, url, sent ?? { headers });
    if (answer.status === status) return JSON.parse(answer.text);
    throw new Error(
      `${method} ${new URL(url).pathname} answered ${answer.status}: ${answer.text.slice(0, 300)}`,
    );
  }
  const api = (status, method, path, body) =>
    ask(status, method, gateway + path, body, { authorization: `Bearer ${apiKey}` });

  const presets = await ask(200, "GET", `${sandbox}/_sandbox/presets`);
  const brokers = Object.keys(presets);
  for (const broker of brokers) {
    const { redirect_url: redirects, ...keys } = presets[broker].apps.gateway;
    const app = { broker, environment: "sandbox", keys, return_urls: [returnUrl] };
    const { callback_url } = await api(200, "PUT", `/v1/apps/${broker}`, app);
    if (redirects === undefined) continue;
    const portal = await call("POST", `${sandbox}/${broker}/portal/apps/${broker}-gateway`, {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ redirect_url: callback_url }),
    });
    if (portal.status >= 400) throw new Error(`The portal of ${broker} answered ${portal.status}.`);
  }

  /** The user at the broker's login page: where it sends the browser back to. */
  async function atBroker(broker, loginUrl, username) {
    const fields = { ...Object.fromEntries(new URL(loginUrl).searchParams), username };
    return (await ask(200, "POST", `${sandbox}/_sandbox/${broker}/login`, fields)).redirect;
  }

  async function throughBroker(browser, broker, { action, fields }, username) {
    const begun = await browser.submit(action, fields);
    const back = await browser.open(await atBroker(broker, begun.to, username));
    if (back.to !== undefined && !back.to.endsWith("/account")) return back;
    // A gateway that takes its time puts the question onto the page that says so.
    const question = formOf(back.to === undefined ? back : await browser.open(back.to));
    return browser.submit(question.action, { ...question.fields, answer: "yes" });
  }

  /** From nothing to an active connection, whose id it answers. @throws Error where it comes to anything else */
  async function logIn(broker) {
    const [{ username, password }] = presets[broker].users;
    const wish = { app: broker, user, return_url: returnUrl };
    const { id, connect_url } = await api(201, "POST", "/v1/connections", wish);
    const browser = newBrowser({ call }, gateway);
    const form = formOf(await browser.open(connect_url));
    const last = form.asksPassword
      ? await browser.submit(form.action, { ...form.fields, username, password })
      : await throughBroker(browser, broker, form, username);
    const code = last.to?.startsWith(returnUrl) ? new URL(last.to).searchParams.get("code") : null;
    if (code === null) throw new Error(`${broker}: the browser came back with ${last.status} ${last.to}`);
    const { status } = await api(200, "POST", `/v1/connections/${id}/confirm`, { code, user });
    if (status !== "active") throw new Error(`${broker}: the connection is ${status}`);
    return id;
  }

  /** The ids of the connections that are active, of an app. */
  async function active(app) {
    const ids = new Set();
    for (let cursor = ""; ; ) {
      const query = `app=${app}&status=active&limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const { items, next } = await api(200, "GET", `/v1/connections?${query}`);
      for (const { id } of items) ids.add(id);
      if (next === null) return ids;
      cursor = next;
    }
  }

  return { brokers, logIn, active };
}
