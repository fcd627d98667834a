import { connect } from "node:net";
import { expect, it } from "vitest";
import { createSandbox } from "../src/index.js";

/** One request over a socket: the socket's own end, and the answer's text. */
async function asked(
  origin: string,
  path: string,
): Promise<{ readonly from: string; readonly text: string }> {
  const { hostname, port, host } = new URL(origin);
  const socket = connect(Number(port), hostname);
  await new Promise((resolve) => socket.once("connect", resolve));
  const from = `${socket.localAddress}:${socket.localPort}`;
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) text += chunk;
  return { from, text };
}

it("tells a caller where its call came from, and writes it down of every call of a broker's", async () => {
  const sandbox = createSandbox({});
  const { origin } = await sandbox.listen({ port: 0 });
  const { from, text } = await asked(origin, "/_sandbox/address");
  const [address, port] = from.split(":");
  expect(text).toContain(JSON.stringify({ address, port: Number(port) }));
  const called = await asked(origin, "/zebu/NorenWClientAPI/GetQuotes");
  await sandbox.fetch(`${origin}/zebu/NorenWClientAPI/GetQuotes`);
  const ledger = (await (await sandbox.fetch(`${origin}/_sandbox/ledger`)).json()) as { from: unknown }[];
  expect(ledger.map((entry) => entry.from)).toEqual([called.from, null]);
  const inProcess = await sandbox.fetch(`${origin}/_sandbox/address`);
  expect(await inProcess.json()).toEqual({ address: null, port: null });
  await sandbox.close();
});
