import { expect, it } from "vitest";
import { rotateByGateway } from "../../src/commands/rotate-by-gateway.js";
import { readSettings } from "../../src/settings.js";

/** How long it waits after each answer, where the gateway takes so many ms for them. */
async function waitsBeside(answersTake: readonly number[]): Promise<number[]> {
  let at = 0;
  let answered = 0;
  const waits: number[] = [];
  const rotation = {
    id: "rot_1",
    key: "k2",
    keep: false,
    started_at: "2026-11-20T06:00:00.000Z",
    resealed: 0,
  };
  await rotateByGateway(
    { keep: false },
    {
      settings: readSettings({ KUNJI_API_KEY: "r".repeat(40), KUNJI_PORT: "4700" }),
      now: () => at,
      wait: async (ms) => void waits.push(ms),
      say: () => undefined,
      randomBytes: (length) => new Uint8Array(length),
      fetch: async (url, { method }) => {
        if (!url.endsWith("/rotation")) return Response.json({ keys: [], rotation: null });
        if (method === "POST") return Response.json({ ...rotation, finished_at: null, left: 9 });
        at += answersTake[answered++] ?? 0;
        const finished_at = answered < answersTake.length ? null : "2026-11-20T06:01:00.000Z";
        return Response.json({ ...rotation, finished_at, left: 9 });
      },
    },
  );
  return waits;
}

it("asks every second, less often where the gateway counts long, and once a minute at the least", async () => {
  expect(await waitsBeside([5, 100, 4_000, 30_000, 1])).toEqual([1_000, 1_000, 36_000, 60_000]);
});
