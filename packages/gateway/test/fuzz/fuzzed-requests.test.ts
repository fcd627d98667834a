import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createConnection } from "../../src/flows/connections.js";
import { connected } from "../connect/support/logins.js";
import { cookieName, signedIn } from "../dashboard/support/signed-in.js";
import { type ApiWorld, newApiWorld, withTenant } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { publicUrl, returnUrl } from "../support/world.js";
import { arbitraryRequest, type FuzzedRequest, type Known } from "./support/arbitrary-request.js";
import { arbitraryBytes, sendBytes } from "./support/raw-bytes.js";
import { formOf, mayBe, pagePlaces } from "./support/refusal-form.js";

/** A hundred thousand of each run of the tests; `npm run fuzz` asks for a million, and for other ones each time. */
const count = Number(process.env.KUNJI_FUZZ_REQUESTS ?? 100_000);
const seed = Number(process.env.KUNJI_FUZZ_SEED ?? 20_261_121);
const atOnce = 64;
/** What would end the one session that opens the dashboard, and what is answered by a stream that goes on. */
const unasked = ["/sign-out", "/settings/sessions/:id/end", "/live"];

let world: ApiWorld;
let known: Known;
let forPeople: ReadonlySet<string>;

beforeAll(async () => {
  const [, onFile] = databases[0];
  world = await newApiWorld(await onFile());
  const key = await withTenant(world, "acme");
  const reader = await world.newKey("acme", ["read"], ["read"]);
  const live = await connected(world, { tenant: "acme", broker: "zebu" });
  const waiting = await createConnection(world.ports, "acme", { app: "zebu", user: "fuzz", returnUrl });
  const token = new URL(waiting.link.url).pathname.split("/").at(-1) ?? "";
  const operator = await signedIn(world, "acme");
  forPeople = pagePlaces(world.server.guardedRoutes);
  known = {
    routes: world.server.guardedRoutes
      .filter(({ path }) => !unasked.includes(path))
      .map(({ method, path }) => ({ method, url: path })),
    cookie: `${cookieName}=${operator.cookie}`,
    keys: [key, reader],
    ids: [live.id, waiting.connection.id, "zebu", "handle-acme-zebu"],
    tokens: [token, `${token}x`, "x"],
    host: new URL(publicUrl).host,
  };
}, 60_000);
afterAll(() => world.close());

/** The status of the answer, and how it is not as it must be. */
async function answerOf({
  method,
  payload,
  ...request
}: FuzzedRequest): Promise<{ status: number; flaw: string | undefined }> {
  const given = { method: method as "GET", ...request, ...(payload !== undefined && { payload }) };
  const { statusCode: status, headers, body } = await world.server.inject(given);
  if (status >= 500) return { status, flaw: `${status} ${body.slice(0, 300)}` };
  if (status < 400 || headers["kunji-answer-from"] === "broker") return { status, flaw: undefined };
  const form = formOf(method, { status, headers, body });
  const fits = mayBe(form, status, { url: request.url, accept: request.headers.accept }, forPeople);
  return { status, flaw: fits ? undefined : `${status} as ${form}` };
}

it(
  `answers ${count} fuzzed requests without a 5xx, and refuses with a problem that has a code`,
  async () => {
    const statuses = new Map<number, number>();
    const faults: (FuzzedRequest & { flaw: string })[] = [];
    const batch = 2_000;
    for (let done = 0; done < count; done += batch) {
      const requests = fc.sample(arbitraryRequest(known), {
        seed: seed + done,
        numRuns: Math.min(batch, count - done),
      });
      const next = requests.values();
      const one = async (): Promise<void> => {
        for (const request of next) {
          const { status, flaw } = await answerOf(request);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          if (flaw) faults.push({ ...request, flaw });
        }
      };
      await Promise.all(Array.from({ length: atOnce }, one));
      if (faults.length > 0) break;
    }
    expect(faults.slice(0, 3)).toEqual([]);
    // Some got through, and of each kind of refusal there were some: the requests were not all of one sort.
    for (const status of [200, 201, 400, 401, 403, 404])
      expect(statuses.get(status) ?? 0, `${status}`).toBeGreaterThan(10);
  },
  10 * 60_000 + count,
);

it("answers bytes that are hardly HTTP with a refusal, and goes on", async () => {
  const samples = fc.sample(arbitraryBytes, { seed, numRuns: 400 });
  const next = samples.values();
  const statuses = new Set<number>();
  const bare = new Set<string>();
  const one = async (): Promise<void> => {
    for (const bytes of next) {
      const answer = await sendBytes(world.port, bytes);
      statuses.add(answer.status);
      if (answer.status >= 400 && formOf("GET", answer) !== "problem")
        bare.add(`${answer.status} to ${JSON.stringify(bytes.slice(0, 200))}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, one));
  expect([...statuses].filter((status) => status >= 500 || (status >= 200 && status < 400))).toEqual([]);
  expect(statuses.has(400)).toBe(true);
  expect([...bare]).toEqual([]);
  expect((await world.call("GET", "/health")).status).toBe(200);
}, 120_000);
