import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wholeGateways } from "../invariants/support/both-databases.js";
import { openRelayed, type RelayedGateway } from "../invariants/support/broker-relay.js";
import { connectAccount } from "../invariants/support/connect-account.js";

const path = "/NorenWClientAPI/Limits";

describe("a call whose broker does not answer, at a gateway as it is started", () => {
  let whole: RelayedGateway;
  let id: string;
  beforeAll(async () => {
    const [[, onFile]] = wholeGateways;
    whole = await openRelayed(onFile);
    await whole.addRelayed("zebu");
    id = (await connectAccount(whole, "zebu")).id;
  }, 60_000);
  afterAll(() => whole.close());

  it("is waited for 30 seconds, then it is told", async () => {
    whole.answer(path, () => undefined);
    let answered = false;
    const call = whole.ask("POST", `/v1/connections/${id}/proxy${path}`, { body: {} }).then((answer) => {
      answered = true;
      return answer;
    });
    await expect.poll(() => whole.arrivedAt(path).length).toBe(1);
    whole.moveMonotonic(25_000);
    // Deadlines are looked at twice a second.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(answered).toBe(false);
    whole.moveMonotonic(5_000);
    const { status, headers, json } = await call;
    expect([status, json.code]).toEqual([504, "broker_timed_out"]);
    expect(headers).toContain("kunji-answer-from: gateway");
    expect(whole.arrivedAt(path)).toHaveLength(1);
  });
});
