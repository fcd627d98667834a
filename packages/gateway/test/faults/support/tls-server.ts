import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TlsOptions } from "node:tls";

const pem = (name: string): string =>
  readFileSync(new URL(`certificates/${name}.pem`, import.meta.url), "utf8");

/** The authority that has signed all certificates but the one that signs itself. Its own key is nowhere. */
export const authority = pem("authority");

/** Whose certificates there are: all of them `localhost`'s but that of another host. */
export type Certificate = "good" | "expired" | "other-host" | "self-signed";

/** A server that a test names its certificate and its TLS for, and that counts what comes through. */
export interface TlsServer {
  readonly origin: string;
  /** Requests that came through, whole or not. */
  requests(): number;
  /** Connections that were tried. */
  connections(): number;
  close(): Promise<void>;
}

export async function tlsServer(certificate: Certificate, options: TlsOptions = {}): Promise<TlsServer> {
  let requests = 0;
  let connections = 0;
  const server = createServer({ key: pem("key"), cert: pem(certificate), ...options }, (_, response) => {
    requests++;
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  server.on("connection", () => connections++);
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((done) => server.listen(0, "localhost", done));
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
