import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Secret } from "kunji";
import { createWebhookSender } from "../../../src/adapters/webhooks/webhook-sender.js";
import { deliverDue } from "../../../src/flows/deliver-webhooks.js";
import { type Gateway, openGateway } from "../../../src/gateway.js";
import type { Ports } from "../../../src/ports/ports.js";
import { readSettings } from "../../../src/settings.js";
import type { TestWorld } from "../../support/world.js";

/** The whole gateway with the demo, on a port of its own, its brokers under another host name. */
export interface DemoGateway {
  readonly server: Gateway["server"];
  readonly ports: Ports;
  readonly url: string;
  readonly key: Secret;
  /** Sends what waits for webhooks. */
  deliver(): Promise<void>;
  close(): Promise<void>;
}

/** @param world whose sandbox plays the brokers, and whose clock both follow */
export async function openDemo(
  { sandboxUrl, now }: Pick<TestWorld, "sandboxUrl" | "now">,
  { demo = true }: { readonly demo?: boolean } = {},
): Promise<DemoGateway> {
  const data = await mkdtemp(join(tmpdir(), "kunji-demo-"));
  const settings = readSettings({
    KUNJI_PORT: "0",
    KUNJI_DATA: data,
    KUNJI_DEMO: demo ? "on" : "off",
    KUNJI_SANDBOX_URL: sandboxUrl.replace("127.0.0.1", "localhost"),
    KUNJI_RATE_PER_ADDRESS: "off",
    KUNJI_LOG_LEVEL: "silent",
  });
  const { server, ports, url, apiKey, close } = await openGateway({
    settings,
    version: "0.0.0",
    now,
    background: false,
  });
  if (!apiKey) throw new Error("the demo has no API key");
  const sender = createWebhookSender({ targets: "any", now: Date.now });
  return {
    server,
    ports,
    url,
    key: apiKey,
    async deliver() {
      while ((await deliverDue(ports, sender)) > 0);
    },
    async close() {
      await close();
      await sender.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}
