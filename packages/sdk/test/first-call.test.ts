import { describe, expect, it } from "vitest";
import { brokers, type Session } from "../src/index.js";
import { rig } from "./rig.js";

const { client, callback, presets } = rig();

describe.each(Object.values(brokers).map(({ traits }) => traits))("$name", ({ id, firstCall }) => {
  it("logs in, proves the session, makes the first call and logs out", async () => {
    const broker = await client(id);
    let session: Session;
    if (broker.begin && broker.complete) {
      const { url, attempt } = await broker.begin();
      session = await broker.complete(attempt, await callback(id, url));
    } else {
      const user = (await presets())[id].users[0]!;
      const answer = await broker.login?.(user);
      if (!answer || !("broker" in answer)) throw new Error("one more step");
      session = answer;
    }
    const proven = await broker.prove(session);
    expect(proven.account).toBeTruthy();
    const { method, path, body } = firstCall;
    const response = await broker.fetch(proven, path, { method, ...(body && { body }) });
    const { session: next } = response;
    expect(response.status).toBe(200);
    expect(broker.endsAt(next).ended).toBe(false);
    if (!broker.logout) return;
    await broker.logout(next);
    await expect(broker.fetch(next, path, { method, ...(body && { body }) })).rejects.toMatchObject({
      code: "login_needed",
    });
  });
});
