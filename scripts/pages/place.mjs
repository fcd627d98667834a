// A gateway with the demo and its sandbox, with something of every kind in it for pages to show.
import { connectOwn } from "./connect-all.mjs";

async function read(answer) {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${new URL(answer.url).pathname}: ${text.slice(0, 300)}`);
  return text === "" ? undefined : JSON.parse(text);
}

async function send(url, method, body, headers = {}) {
  const json = body !== undefined && { "content-type": "application/json" };
  return fetch(url, {
    method,
    headers: { ...json, ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/**
 * Where pages are looked at.
 * @param gateway its origin
 * @param sandbox its origin as browsers reach it: another site than the gateway's
 * @param key the demo's API key
 * @param brokers the SDK's traits of the brokers by id
 */
export async function placeAt({ gateway, sandbox, key, brokers }) {
  const asKey = { authorization: `Bearer ${key}` };
  return {
    gateway,
    sandbox,
    brokers,
    presets: await read(await fetch(`${sandbox}/_sandbox/presets`)),
    api: async (method, path, body) => read(await send(`${gateway}${path}`, method, body, asKey)),
    steer: async (path, body) => read(await send(`${sandbox}/_sandbox${path}`, "POST", body)),
    /** A broker's first call by a connection; what comes of it is the broker's to say. */
    async call({ id, broker, account }) {
      const { method, path, body, account: stands } = brokers[broker].firstCall;
      const own = (text) => (stands ? text.replaceAll(stands, account) : text);
      const url = `${gateway}/v1/connections/${id}/proxy${own(path)}`;
      return (await send(url, method, body && JSON.parse(own(body)), asKey)).status;
    },
    /** What pages are found by: the ids of what `fill` makes. */
    ids: {},
  };
}

/** Connects an account at each broker, lets one session fall, and sends a call by each of the others. */
export async function fill(place, page, say = () => undefined) {
  const { api, steer, ids, gateway, brokers } = place;
  for (const broker of Object.keys(brokers)) {
    ids[broker] = await connectOwn(page, place, broker);
    say(`connected at ${brokers[broker].name}`);
  }
  const users = { asha: "zebu", meera: "ventura", "vikram@desk-2.example": "nuvama" };
  const return_url = `${gateway}/demo/return`;
  for (const [user, app] of Object.entries(users))
    ids[user] = (await api("POST", "/v1/connections", { app, user, return_url })).id;
  const fallen = "rmoney";
  await steer(`/${fallen}/sessions/end`);
  for (const broker of Object.keys(brokers)) {
    const { account } = await api("GET", `/v1/connections/${ids[broker]}`);
    await place.call({ id: ids[broker], broker, account });
  }
  const { status } = await api("GET", `/v1/connections/${ids[fallen]}`);
  if (status !== "login_needed") throw new Error(`The session at ${fallen} has not fallen: it is ${status}.`);
  ids.fallen = ids[fallen];
  ids.webhook = (await api("GET", "/v1/webhooks")).items[0].id;
}

/** A link's path, for a connection that waits or needs a login. */
export async function linkOf({ api, gateway }, wish) {
  const return_url = `${gateway}/demo/return`;
  const { connect_url } = await api("POST", "/v1/connections", { ...wish, return_url });
  return new URL(connect_url).pathname;
}
