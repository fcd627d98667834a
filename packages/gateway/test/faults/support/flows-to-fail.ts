import type { BrokerId } from "kunji";
import { newPerson } from "../../browser/support/person.js";
import { newConnection } from "../../connect/support/logins.js";
import { type ApiWorld, withTenant } from "../../http/support/api-world.js";
import { codeOf, finish } from "../../invariants/support/journey.js";
import { allBrokers, returnUrl } from "../../support/world.js";

const tenant = "acme";
const minute = 60_000;
const refresh = /RefreshToken$/;

/** A request that was made while the database failed. */
export interface Tried {
  readonly status: number;
  /** Whether its answer says that it was done. */
  readonly said: boolean;
  /** Whether it is done, looked at once the database is well again. */
  done(): Promise<boolean>;
  /** Whether what a broker has handed out is on file, or is known to be in doubt; left out where nothing was to be lost. */
  readonly kept?: () => Promise<boolean>;
}

/** What somebody does at a gateway that changes something: prepared while all is well, then done by one request. */
export type Flow = (name: string) => Promise<() => Promise<Tried>>;

/** Twelve things that somebody does, each as often as wanted. */
export async function flowsOf(world: ApiWorld): Promise<Readonly<Record<string, Flow>>> {
  const key = await withTenant(world, tenant, allBrokers);
  const ask = (method: string, path: string, body?: unknown) => world.call(method, path, { key, body });
  const confirm = (id: string, code: string | undefined) =>
    ask("POST", `/v1/connections/${id}/confirm`, { code: code ?? "none", user: "u1" });
  const isActive = async (id: string, code: string | undefined) =>
    (await confirm(id, code)).body.status === "active";
  const fresh = (broker: BrokerId) => newConnection(world, { tenant, broker });

  /** A browser that is about to make its callback. */
  async function waiting(broker: BrokerId) {
    const { connection, token } = await fresh(broker);
    const person = newPerson(world.server);
    const begun = await person.send(`/connect/${token}`);
    return { connection, person, callback: await world.logIn(broker, begun.headers.location ?? "") };
  }
  async function loggedIn(broker: BrokerId) {
    const { connection, person, callback } = await waiting(broker);
    return { id: connection.id, code: codeOf(await finish(person, callback)) };
  }
  async function connected(broker: BrokerId): Promise<string> {
    const { id, code } = await loggedIn(broker);
    if (!(await isActive(id, code))) throw new Error(`${broker} was not connected.`);
    return id;
  }
  const refreshes = async () => (await world.ledger("zebu")).filter(({ path }) => refresh.test(path)).length;

  return {
    "make a connection": async (user) => async () => {
      const { status } = await ask("POST", "/v1/connections", { app: "zebu", user, return_url: returnUrl });
      const done = async () => (await ask("GET", `/v1/connections?user=${user}`)).body.items.length === 1;
      return { status, said: status === 201, done };
    },
    "begin a login": async () => {
      const { connection, token } = await fresh("ventura");
      const person = newPerson(world.server);
      return async () => {
        const { status, headers } = await person.send(`/connect/${token}`);
        const to = headers.location ?? "";
        return {
          status,
          said: to.startsWith(world.sandboxUrl),
          done: async () =>
            isActive(connection.id, codeOf(await person.open(await world.logIn("ventura", to)))),
        };
      };
    },
    "come back from a broker": async () => {
      const { connection, person, callback } = await waiting("ventura");
      return async () => {
        const seen = await person.open(callback);
        const code = codeOf(seen);
        return { status: seen.status, said: code !== undefined, done: () => isActive(connection.id, code) };
      };
    },
    "say whose account it is": async () => {
      const { connection, person, callback } = await waiting("rmoney");
      const question = await person.open((await person.open(callback)).headers.location ?? "");
      const fields = { connection: question.field("connection"), secret: question.field("secret") };
      return async () => {
        const seen = await person.send(question.action, { ...fields, answer: "yes" });
        const code = codeOf(seen);
        return { status: seen.status, said: code !== undefined, done: () => isActive(connection.id, code) };
      };
    },
    "log in by password": async () => {
      const { connection, token } = await fresh("autoshares");
      const { username, password } = world.presets.autoshares.users[0];
      const person = newPerson(world.server);
      return async () => {
        const seen = await person.send(`/connect/${token}`, { username, password });
        const code = codeOf(seen);
        return { status: seen.status, said: code !== undefined, done: () => isActive(connection.id, code) };
      };
    },
    "confirm a connection": async () => {
      const { id, code } = await loggedIn("ventura");
      return async () => {
        const { status, body } = await confirm(id, code);
        const done = async () => (await ask("GET", `/v1/connections/${id}/session`)).status === 200;
        return { status, said: body.status === "active", done };
      };
    },
    "end a connection": async () => {
      const id = await connected("ventura");
      return async () => {
        const { status } = await ask("DELETE", `/v1/connections/${id}`);
        const done = async () => {
          const row = await world.store.connections.get(tenant, id);
          return row?.status === "closed" && row.sealedSession === null;
        };
        return { status, said: status === 204, done };
      };
    },
    "read a session": async () => {
      const id = await connected("ventura");
      return async () => {
        const { status } = await ask("GET", `/v1/connections/${id}/session`);
        const done = async () =>
          (await world.store.audit.list(tenant, 0, 100_000)).some(
            (record) => record.action === "session.read" && record.id === id,
          );
        return { status, said: status === 200, done };
      };
    },
    "renew a session": async () => {
      const id = await connected("zebu");
      world.advance(50 * minute);
      const before = await refreshes();
      return async () => {
        const { status, body } = await ask("GET", `/v1/connections/${id}/session?min=900`);
        const row = () => world.store.connections.get(tenant, id);
        return {
          status,
          said: status === 200 && body.generation === 2,
          done: async () => (await row())?.generation === 2,
          async kept() {
            const found = await row();
            const inDoubt = found?.status === "unsure" || found?.triedAt !== null;
            return (await refreshes()) === before || found?.generation === 2 || inDoubt;
          },
        };
      };
    },
    "put an app": async (name) => async () => {
      const { redirect_url: _, ...keys } = world.presets.zebu.apps.gateway;
      const body = { broker: "zebu", environment: "sandbox", keys, return_urls: [returnUrl] };
      const { status } = await ask("PUT", `/v1/apps/${name}`, body);
      return {
        status,
        said: status === 200,
        done: async () => (await ask("GET", `/v1/apps/${name}`)).status === 200,
      };
    },
    "make an API key": async (name) => async () => {
      const made = await ask("POST", "/v1/keys", { name, scopes: ["read"] });
      const done = async () => (await world.call("GET", "/v1/apps", { key: made.body.key })).status === 200;
      return { status: made.status, said: made.status === 201, done };
    },
    "make a webhook": async () => async () => {
      const { status, body } = await ask("POST", "/v1/webhooks", { url: "https://app.example/hook" });
      const done = async () => (await ask("GET", `/v1/webhooks/${body.id}`)).status === 200;
      return { status, said: status === 201, done };
    },
  };
}
