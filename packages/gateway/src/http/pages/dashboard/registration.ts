import { html } from "hono/html";
import type { BrokerId, Traits } from "kunji";
import type { Html } from "../layout.js";

/** What brokers' pages say of registering an app. */
interface Registration {
  /** Where its keys come from, and where the callback URL is registered. */
  readonly where: string;
  /** What it says of the addresses that calls come from; absent where it is silent. */
  readonly address?: string;
}

/** What the sandbox says of it, where it plays the broker; the portal's address. */
export const atSandbox = (portal: string, { id, name }: Pick<Traits, "id" | "name">): Html =>
  html`For the environment <code>sandbox</code>, on the <a href="${portal}">sandbox’s portal of ${name}</a>. For ${name} itself: ${registrations[id].where}`;

/** Where an app is registered at each broker. */
export const registrations: Readonly<Record<BrokerId, Registration>> = {
  ventura: {
    where:
      "On the EaseAPI portal, easeapi.venturasecurities.com/portal. It hands out the app key and the secret.",
  },
  autoshares: {
    where:
      "In the company’s back office: the widget “BO Companies”, edit the company, tab “WebApi”. Each of its keys works.",
  },
  nuvama: {
    where:
      "On Nuvama’s partner portal, which hands out the API key, the password and the AppID. Production has its own set.",
    address: "Nuvama wants to know your server’s fixed IP address.",
  },
  zebu: {
    where: "With Zebu, which registers the redirect URL beside the client ID and hands out the secret.",
    address: "Zebu takes calls from a fixed IP address only: it has to be registered.",
  },
  rmoney: {
    where: "On RMoney’s developer portal, where it can be changed later. RMoney approves each app.",
    address: "RMoney wants a fixed IPv4 address on the developer portal.",
  },
};
