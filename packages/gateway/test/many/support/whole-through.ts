import type { Sandbox } from "@kunji/sandbox";
import type { BrokerId } from "kunji";
import { fetched } from "../../http/support/api-world.js";
import type { WholeGateway } from "../../invariants/support/whole-gateway.js";
import { returnUrl } from "../../support/world.js";
import { newHttpPerson } from "./http-person.js";

/** What lies around a gateway that runs in a process of its own. */
export interface Surroundings
  extends Pick<WholeGateway, "data" | "sandboxUrl" | "presets" | "sandbox" | "logIn"> {
  /** The API key where none is named. */
  readonly apiKey: string;
  /** What of the gateway's ports can be had from outside. */
  readonly ports: object;
}

/** Steers a sandbox: answers what its text holds. */
export const steererOf =
  (sandbox: Sandbox, origin: string): WholeGateway["sandbox"] =>
  async (method, path, body) => {
    const answer = await sandbox.fetch(`${origin}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    const text = await answer.text();
    return /^[{[]/.test(text) ? JSON.parse(text) : text;
  };

/**
 * What `journey` takes, for gateways in processes of their own.
 * @param url where the gateway is that the next call goes to
 */
export function wholeThrough(url: () => string, around: Surroundings): WholeGateway {
  const { apiKey, ports, data, sandboxUrl, presets, sandbox, logIn } = around;
  const gateway = {
    get url() {
      return url();
    },
    ports,
  } as unknown as WholeGateway["gateway"];
  const whole: WholeGateway = {
    gateway,
    data,
    sandboxUrl,
    presets,
    written: [],
    answers: [],
    async ask(method, path, { body, key = apiKey, headers = {} } = {}) {
      const answer = await fetched(`${url()}${path}`, method, { body, key, headers });
      const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
      const { status, text, body: json } = answer;
      return { asked: `${method} ${path}`, status, headers: lines, text, json };
    },
    person: () => newHttpPerson(url),
    async addApp(broker: BrokerId) {
      const { redirect_url: _, ...keys } = presets[broker].apps.gateway;
      const body = { broker, environment: "sandbox", keys, return_urls: [returnUrl] };
      const app = await whole.ask("PUT", `/v1/apps/${broker}`, { body });
      const { callback_url } = app.json;
      if (callback_url)
        await sandbox("POST", `/${broker}/portal/apps/${broker}-gateway`, { redirect_url: callback_url });
      return app;
    },
    logIn,
    sandbox,
    moveClock: () => {
      throw new Error("Move the clock of all.");
    },
    moveMonotonic: () => {
      throw new Error("Nobody moves it.");
    },
    close: async () => undefined,
  };
  return whole;
}
