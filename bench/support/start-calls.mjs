// What memory gateways hold while a great many calls are forwarded, beside a fastify that forwards the same ones.
import { randomBytes } from "node:crypto";
import { connect } from "../../packages/gateway/test/invariants/support/journey.ts";
import { steererOf, wholeThrough } from "../../packages/gateway/test/many/support/whole-through.ts";
import { publicUrl } from "../../packages/gateway/test/support/world.ts";
import { peer } from "./peers.mjs";
import { growthOf } from "./start-growth.mjs";
import { startProgram } from "./start-process.mjs";
import { fastifyBefore, gateways } from "./start-programs.mjs";
import { answer, openStandIn } from "./start-stand-in.mjs";

/** How often memory is read on the way, evenly. */
const readings = 20;
const connections = 64;

/** A gateway with a connection that is logged in, and the call that it forwards. */
async function connectedGateway(name, make, standIn) {
  const apiKey = randomBytes(24).toString("hex");
  const place = await make(name, {
    KUNJI_API_KEY: apiKey,
    KUNJI_PUBLIC_URL: publicUrl,
    KUNJI_SANDBOX_URL: standIn.origin,
    KUNJI_RATE_PER_KEY: "off",
  });
  const started = await startProgram(place.program);
  const sandbox = steererOf(standIn.sandbox, standIn.behind);
  const whole = wholeThrough(() => started.url, {
    apiKey,
    sandbox,
    presets: await sandbox("GET", "/_sandbox/presets"),
    sandboxUrl: standIn.origin,
    ports: { brokers: { traits: { autoshares: { login: "password" } } } },
  });
  await whole.addApp("autoshares");
  const id = await connect(whole, "autoshares");
  const { json } = await whole.ask("GET", `/v1/connections/${id}/session`);
  return {
    ...started,
    session: json.headers,
    call: {
      url: `${started.url}/v1/connections/${id}/proxy${standIn.path}`,
      headers: { authorization: `Bearer ${apiKey}` },
    },
    async close() {
      await started.stop();
      await place.drop();
    },
  };
}

async function forwardingFastify(standIn, headers) {
  const started = await startProgram(fastifyBefore(standIn.origin));
  return {
    ...started,
    call: { url: `${started.url}/proxy${standIn.measured}`, headers },
    close: started.stop,
  };
}

/** Makes so many calls, and answers how many were wrong. */
async function make(amount, { url, headers }) {
  const { default: autocannon } = await peer("autocannon");
  const { "2xx": taken, mismatches } = await autocannon({
    url,
    headers,
    connections: Math.min(connections, amount),
    amount,
    expectBody: answer,
  });
  return amount - (taken - mismatches);
}

/**
 * Makes `calls` calls through each gateway and through the peer, in turns, and reads their memory.
 * @param settledMB waits until a process holds still, and answers its memory
 */
export async function memoryOverCalls(calls, { settledMB, say }) {
  const standIn = await openStandIn();
  const measured = {};
  try {
    for (const [name, place] of Object.entries(gateways))
      measured[name] = await connectedGateway(name, place, standIn);
    const sessions = Object.values(measured).map(({ session }) => session);
    standIn.admit(sessions);
    measured["@fastify/http-proxy"] = await forwardingFastify(standIn, sessions[0]);

    const found = {};
    for (const [name, one] of Object.entries(measured))
      found[name] = { idleMB: await settledMB(one), readingsMB: [], wrong: 0 };
    for (let reading = 1; reading <= readings; reading++) {
      const turns = Object.entries(measured);
      for (const [name, one] of reading % 2 === 0 ? turns.reverse() : turns) {
        found[name].wrong += await make(Math.ceil(calls / readings), one.call);
        found[name].readingsMB.push(one.memoryMB());
      }
      const read = Object.entries(found).map(
        ([name, { readingsMB }]) => `${name} ${readingsMB.at(-1).toFixed(1)}`,
      );
      say(`${reading} of ${readings} parts of ${calls} calls; MB: ${read.join(", ")}`);
    }
    const settled = await Promise.all(Object.values(measured).map(settledMB));
    return Object.fromEntries(
      Object.entries(found).map(([name, { idleMB, readingsMB, wrong }], i) => [
        name,
        {
          idleMB: Number(idleMB.toFixed(1)),
          ...growthOf(readingsMB),
          settledMB: Number(settled[i].toFixed(1)),
          wrong,
        },
      ]),
    );
  } finally {
    for (const one of Object.values(measured)) await one.close();
    await standIn.close();
  }
}
