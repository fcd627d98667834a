import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lookAfterDue } from "../../src/flows/look-after.js";
import { connectAccount } from "../invariants/support/connect-account.js";
import { openWhole, type WholeGateway } from "../invariants/support/whole-gateway.js";
import { hour } from "./support/lifetime-world.js";

describe("a session with an idle clock of eight hours, in a whole gateway", () => {
  let whole: WholeGateway;
  let id: string;

  beforeEach(async () => {
    whole = await openWhole();
    await whole.addApp("nuvama");
    id = (await connectAccount(whole, "nuvama")).id;
  });
  afterEach(() => whole.close());

  const rowOf = () => whole.gateway.ports.store.connections.get("operator", id);

  async function call(): Promise<readonly [number, string | undefined]> {
    const { path, account } = whole.gateway.ports.brokers.traits.nuvama.firstCall;
    const own = path.replaceAll(account ?? "", whole.presets.nuvama.users[0].username);
    const { status, headers, json } = await whole.ask("GET", `/v1/connections/${id}/proxy${own}`);
    return headers.includes("kunji-answer-from: broker") ? [status, undefined] : [status, json.code];
  }

  function pass(ms: number): void {
    whole.moveClock(ms);
    whole.moveMonotonic(ms);
  }

  it("lives after nine hours of calls through the proxy, one every four hours", async () => {
    pass(4 * hour);
    expect(await call()).toEqual([200, undefined]);
    // Nobody waits for the note of a use but this test.
    const used = whole.gateway.ports.now();
    await expect.poll(rowOf).toMatchObject({ usedAt: used, endsAt: used + 8 * hour });
    pass(4 * hour);
    expect(await call()).toEqual([200, undefined]);
    pass(hour);
    await lookAfterDue(whole.gateway.ports);
    expect(await rowOf()).toMatchObject({ status: "active" });
    expect(await call()).toEqual([200, undefined]);
  });

  it("is over after nine hours without any", async () => {
    pass(9 * hour);
    expect(await call()).toEqual([409, "login_needed"]);
    expect(await rowOf()).toMatchObject({ status: "login_needed", reason: "session_over" });
  });
});
