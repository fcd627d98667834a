import { type ConnectionOptions, connect, getCACertificates, setDefaultCACertificates } from "node:tls";
import { brokers } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keys, redirectUri, session, vendorStore } from "../../../sdk/test/endless-sessions.js";
import { brokerFetch } from "../../src/adapters/brokers/broker-fetch.js";
import { createUpstream } from "../../src/adapters/upstream/undici-upstream.js";
import type { Upstream } from "../../src/ports/upstream.js";
import { allBrokers } from "../support/world.js";
import { authority, type TlsServer, tlsServer } from "./support/tls-server.js";

const usual = getCACertificates("default");
let upstream: Upstream;
beforeAll(() => {
  setDefaultCACertificates([...usual, authority]);
  upstream = createUpstream();
});
afterAll(async () => {
  setDefaultCACertificates(usual);
  await upstream.close();
});

const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
const weak: readonly (readonly [string, () => Promise<TlsServer>, string])[] = [
  ["has a certificate that is over", () => tlsServer("expired"), "CERT_HAS_EXPIRED"],
  ["has another host's certificate", () => tlsServer("other-host"), "ERR_TLS_CERT_ALTNAME_INVALID"],
  ["has signed its certificate itself", () => tlsServer("self-signed"), "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ["speaks TLS 1.1 alone", () => tlsServer("good", old), "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"],
];

/** What a careful connection comes to, or one with other options. */
const connected = (origin: string, options: ConnectionOptions = {}): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host: "localhost", port: Number(new URL(origin).port), ...options });
    socket.on("secureConnect", () => resolve("connected"));
    socket.on("secureConnect", () => socket.destroy());
    socket.on("error", (error) => resolve(String(Reflect.get(error, "code"))));
  });

/** What a call of the client's comes to. */
async function called(broker: (typeof allBrokers)[number], origin: string): Promise<string> {
  const client = brokers[broker].sandbox(origin, { ...keys[broker], redirectUri }, {
    fetch: brokerFetch,
    vendorStore,
  } as never);
  try {
    return String((await client.fetch(session(broker), "/some/path")).status);
  } catch (error) {
    return String(Reflect.get(Object(error), "code"));
  }
}

/** What a forwarded call comes to. */
const forwarded = (origin: string): Promise<string> =>
  new Promise((resolve) => {
    const call = { origin, egress: undefined, path: "/x", method: "POST", body: Buffer.from("{}") } as const;
    upstream.send(
      { ...call, headers: ["authorization", "Bearer secret"] },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_, status) => resolve(String(status)),
        onResponseData: () => undefined,
        onResponseEnd: () => undefined,
        onResponseError: () => resolve("refused"),
      },
    );
  });

describe.each(weak)("D9 a broker's server that %s", (_, open, why) => {
  it("is weak in that alone", async () => {
    const server = await open();
    const careless = { rejectUnauthorized: false, ...old, maxVersion: "TLSv1.3" } as const;
    expect([await connected(server.origin), await connected(server.origin, careless)]).toEqual([
      why,
      "connected",
    ]);
    await server.close();
  });

  it.each(allBrokers)("is sent nothing of %s", async (broker) => {
    const [server, good] = [await open(), await tlsServer("good")];
    try {
      expect([await called(broker, server.origin), await forwarded(server.origin)]).toEqual([
        "network_failed",
        "refused",
      ]);
      expect([server.connections() > 1, server.requests()]).toEqual([true, 0]);
      expect([await called(broker, good.origin), await forwarded(good.origin)]).toEqual(["200", "200"]);
      expect(good.requests()).toBe(2);
    } finally {
      await server.close();
      await good.close();
    }
  });
});
