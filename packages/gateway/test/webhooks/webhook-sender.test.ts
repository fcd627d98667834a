import { readFileSync } from "node:fs";
import { Secret } from "kunji";
import { buildConnector } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import {
  createWebhookSender,
  type WebhookSenderOptions,
} from "../../src/adapters/webhooks/webhook-sender.js";
import type { WebhookSender } from "../../src/ports/webhook-sender.js";
import { type Answering, type Receiver, startReceiver, verified } from "./support/receiver.js";

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const body = '{"type":"connection.active","data":{"account":"FA1","name":"ümlaut € 🗝"}}';
const message = (url: string) => ({ url, id: "evt_1", body, secret: new Secret(secret) });
const tls = readFileSync(new URL("support/receiver.pem", import.meta.url), "utf8");

const opened: (WebhookSender | Receiver)[] = [];
function sender(options: Partial<WebhookSenderOptions> = {}): WebhookSender {
  const made = createWebhookSender({ targets: "any", now: () => Date.now(), ...options });
  opened.push(made);
  return made;
}
async function receiver(answer?: Answering, pem?: string): Promise<Receiver> {
  const made = await startReceiver(answer, pem);
  opened.push(made);
  return made;
}
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

describe("a message", () => {
  it("is verified by the receiver's library, and refused with one byte flipped anywhere", async () => {
    const to = await receiver();
    expect(await sender().send(message(to.url))).toEqual({ status: 204 });
    const [got] = to.received;
    if (!got) throw new Error("nothing was received");
    expect(verified(got, secret)).toEqual(JSON.parse(body));
    expect(got.headers).toMatchObject({
      "content-type": "application/json",
      "webhook-id": "evt_1",
      "webhook-timestamp": expect.stringMatching(/^\d{10}$/),
    });
    for (const flaw of [
      { ...got, body: got.body.replace("FA1", "FA2") },
      { ...got, headers: { ...got.headers, "webhook-id": "evt_2" } },
      {
        ...got,
        headers: {
          ...got.headers,
          "webhook-timestamp": String(Number(got.headers["webhook-timestamp"]) + 1),
        },
      },
    ])
      expect(() => verified(flaw, secret)).toThrow("No matching signature");
    expect(() => verified(got, `whsec_${Buffer.alloc(32, 8).toString("base64")}`)).toThrow(
      "No matching signature",
    );
  });

  it("goes over a connection of its own, so that no earlier check stands for a later message", async () => {
    const to = await receiver();
    const from = sender();
    for (let n = 0; n < 3; n++) await from.send(message(to.url));
    expect(to.received.map(({ headers }) => headers.connection)).toEqual(["close", "close", "close"]);
    expect(to.connections()).toBe(3);
  });

  it("is signed with the clock on the wall: receivers refuse one of ten minutes ago", async () => {
    const to = await receiver();
    await sender({ now: () => Date.now() - 600_000 }).send(message(to.url));
    expect(() => verified(to.received[0] as never, secret)).toThrow("too old");
  });
});

describe("an answer", () => {
  it.each([200, 204, 299, 400, 404, 410, 429, 500, 503])("of %i is told as it is", async (status) => {
    const to = await receiver((response) => void response.writeHead(status).end());
    expect(await sender().send(message(to.url))).toEqual({ status });
  });

  it.each([301, 302, 303, 307, 308])("of %i is not followed", async (status) => {
    const elsewhere = await receiver();
    const to = await receiver(
      (response) => void response.writeHead(status, { location: elsewhere.url }).end(),
    );
    expect(await sender().send(message(to.url))).toEqual({ status });
    expect([to.received.length, elsewhere.received.length]).toEqual([1, 0]);
    await sender().send(message(elsewhere.url));
    expect(elsewhere.received).toHaveLength(1);
  });

  const now = Date.UTC(2026, 10, 20, 6);
  it.each([
    ["120", 120],
    ["0", 0],
    ["Fri, 20 Nov 2026 06:01:30 GMT", 90],
    ["Fri, 20 Nov 2026 05:00:00 GMT", 0],
    ["soon", undefined],
    ["-5", undefined],
    ["1.5", undefined],
    ["99999999999", undefined],
  ])("with Retry-After: %s asks for %s seconds", async (header, seconds) => {
    const to = await receiver((response) => void response.writeHead(429, { "retry-after": header }).end());
    const { status, retryAfterS } = await sender({ now: () => now }).send(message(to.url));
    expect([status, retryAfterS]).toEqual([429, seconds]);
  });

  it("is no longer waited for after the limit, whether the head or the rest of it stays away", async () => {
    const silent = await receiver(() => undefined);
    const endless = await receiver((response) => void response.writeHead(200).write("a"));
    const patient = sender({ timeoutMs: 150 });
    expect(await patient.send(message(silent.url))).toEqual({ status: null });
    expect(await patient.send(message(endless.url))).toEqual({ status: 200 });
  });

  it("is read to 16 KiB and cut off there", async () => {
    let written = 0;
    const to = await receiver((response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(65_536);
      const write = (): void => {
        if (response.destroyed || response.closed) return;
        written += chunk.length;
        if (response.write(chunk)) setImmediate(write);
        else response.once("drain", write);
      };
      write();
    });
    expect(await sender().send(message(to.url))).toEqual({ status: 200 });
    // What the machine's buffers hold is written still; nobody reads it.
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  it("that never comes is no status: nobody listens, the name is unknown, the connection is cut", async () => {
    const gone = await startReceiver();
    await gone.close();
    const cutting = await receiver((response) => void response.destroy());
    for (const url of [gone.url, "http://nobody.invalid/", cutting.url])
      expect(await sender({ timeoutMs: 2_000 }).send(message(url))).toEqual({ status: null });
  });
});

describe("a receiver's certificate", () => {
  const at = (port: number): buildConnector.connector => {
    const connect = buildConnector({ ca: tls, allowH2: false });
    return (options, callback) =>
      connect({ ...options, hostname: "127.0.0.1", port: String(port) }, callback);
  };
  const lookup = async () => ["93.184.215.14"];

  it("must be the name's, though the connection goes to an address", async () => {
    const to = await receiver(undefined, tls);
    const strict = sender({ targets: "public", lookup, connect: at(to.port) });
    expect(await strict.send(message("https://another.example/hook"))).toEqual({ status: null });
    expect(to.received).toEqual([]);
    expect(await strict.send(message("https://receiver.example/hook"))).toEqual({ status: 204 });
    expect(to.received[0]?.headers.host).toBe("receiver.example");
  });

  it("must be vouched for", async () => {
    const to = await receiver(undefined, tls);
    expect(await sender().send(message(to.url))).toEqual({ status: null });
    expect([to.connections(), to.received]).toEqual([1, []]);
  });
});
