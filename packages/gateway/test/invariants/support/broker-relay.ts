import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrokerId } from "kunji";
import { type NastyServer, nastyServer } from "../../proxy/support/nasty-server.js";
import { returnUrl } from "../../support/world.js";
import type { WholeOnDatabase, wholeGateways } from "./both-databases.js";

export type AnswerBy = (request: IncomingMessage, response: ServerResponse) => void;

/** The gateway with one more environment, `relay`: the sandbox behind a server that can answer in its place. */
export interface RelayedGateway extends WholeOnDatabase {
  readonly relay: NastyServer;
  /** Answers calls whose path ends like this in the broker's place, until `passAll`. */
  answer(pathEnd: string, by: AnswerBy): void;
  passAll(): void;
  /** Calls that have arrived at a path that ends like this. */
  arrivedAt(pathEnd: string): NastyServer["arrived"];
  /** An app in the environment `relay`. */
  addRelayed(broker: BrokerId): Promise<void>;
}

const hop = /^(?:host|connection|content-length|transfer-encoding)$/i;

export async function openRelayed(open: (typeof wholeGateways)[number][1]): Promise<RelayedGateway> {
  const relay = await nastyServer();
  const folder = await mkdtemp(join(tmpdir(), "kunji-relay-"));
  const file = join(folder, "environments.json");
  const at = (broker: string, base = "") => ({
    relay: { api: `${relay.origin}/${broker}${base}`, login: `${relay.origin}/${broker}` },
  });
  const listed = { zebu: at("zebu"), nuvama: at("nuvama"), autoshares: at("autoshares", "/api") };
  await writeFile(file, JSON.stringify(listed));
  const whole = await open({ env: { KUNJI_ENVIRONMENTS: file } });
  const inPlace = new Map<string, AnswerBy>();

  async function pass(response: ServerResponse): Promise<void> {
    const { method, url, rawHeaders, body } = relay.arrived.at(-1) ?? {
      method: "",
      url: "",
      rawHeaders: [],
      body: Buffer.alloc(0),
    };
    const headers = rawHeaders.flatMap((name, i) =>
      i % 2 === 0 && !hop.test(name) ? [[name, rawHeaders[i + 1] ?? ""] as [string, string]] : [],
    );
    const answer = await fetch(`${whole.sandboxUrl}${url}`, {
      method,
      headers,
      redirect: "manual",
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const text = Buffer.from(await answer.arrayBuffer());
    response.writeHead(
      answer.status,
      Object.fromEntries([...answer.headers].filter(([name]) => !hop.test(name))),
    );
    response.end(text);
  }
  relay.answer((request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const found = [...inPlace].find(([end]) => path.endsWith(end));
    if (found) found[1](request, response);
    else pass(response).catch(() => response.destroy());
  });

  return {
    ...whole,
    relay,
    answer: (pathEnd, by) => void inPlace.set(pathEnd, by),
    passAll: () => inPlace.clear(),
    arrivedAt: (pathEnd) => relay.arrived.filter(({ url }) => url.split("?")[0]?.endsWith(pathEnd)),
    async addRelayed(broker) {
      const { redirect_url: _, ...keys } = whole.presets[broker].apps.gateway;
      const body = { broker, environment: "relay", keys, return_urls: [returnUrl] };
      const { callback_url } = (await whole.ask("PUT", `/v1/apps/${broker}`, { body })).json;
      if (callback_url)
        await whole.sandbox("POST", `/${broker}/portal/apps/${broker}-gateway`, {
          redirect_url: callback_url,
        });
    },
    async close() {
      await whole.close();
      await relay.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An answer of JSON. */
export const jsonAnswer =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): AnswerBy =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };

/** A new API key of the operator's tenant, by what it may do. */
export async function newKey(
  { ask }: WholeOnDatabase,
  scopes: readonly string[],
  calls?: readonly string[],
): Promise<string> {
  return (await ask("POST", "/v1/keys", { body: { name: "test", scopes, ...(calls && { calls }) } })).json
    .key;
}
