// Calls the API so often a second, whatever it answers, as a program of its own: told by its parent from when on to count.
import { createCaller } from "./login-caller.mjs";
import { peer } from "./peers.mjs";

/** Each in turn at each gateway: a connection, a page of them, readiness, and a new connection. */
const asked = [
  { method: "GET", path: "/v1/connections/wake-000000", status: 200 },
  { method: "GET", path: "/v1/connections?limit=50", status: 200 },
  { method: "GET", path: "/v1/readiness?limit=50", status: 200 },
  {
    method: "POST",
    path: "/v1/connections",
    body: JSON.stringify({ app: "zebu", user: "early", return_url: "https://app.example/connected" }),
    status: 201,
  },
];

const { origins, apiKey, perSecond } = JSON.parse(process.argv[2]);
const caller = createCaller(await peer("undici"));
let times = [];
let failures = [];
const underWay = new Set();

async function callOnce(nth) {
  const { method, path, body, status } = asked[nth % asked.length];
  const origin = origins[Math.floor(nth / asked.length) % origins.length];
  const headers = { authorization: `Bearer ${apiKey}`, ...(body && { "content-type": "application/json" }) };
  const [into, faults] = [times, failures];
  const from = performance.now();
  try {
    const answer = await caller.call(method, origin + path, { headers, body });
    if (answer.status !== status)
      faults.push(`${method} ${path} answered ${answer.status}: ${answer.text.slice(0, 200)}`);
  } catch (error) {
    faults.push(`${method} ${path}: ${error.message}`);
  }
  into.push(performance.now() - from);
}

const begun = performance.now();
let nth = 0;
setInterval(() => {
  for (; nth < ((performance.now() - begun) / 1_000) * perSecond; nth++) {
    const call = callOnce(nth);
    underWay.add(call);
    call.then(() => underWay.delete(call));
  }
}, 5);

/** What has been counted since the last word, once all of it is answered. */
process.on("message", async () => {
  const [own, faults] = [times, failures];
  [times, failures] = [[], []];
  await Promise.all(underWay);
  own.sort((a, b) => a - b);
  const at = (part) => own[Math.min(own.length - 1, Math.floor(own.length * part))] ?? null;
  process.send({
    calls: own.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    failures: faults.length,
    first: faults[0],
  });
});
process.once("disconnect", () => process.exit(0));
process.send("ready");
