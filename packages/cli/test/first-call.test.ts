import { brokers, Secret, type Session } from "kunji";
import { describe, expect, it } from "vitest";
import { nextCall } from "../src/first-call.js";
import { brokerIds } from "../src/place.js";

const session = (broker: Session["broker"], account: string | undefined): Session => ({
  broker,
  account,
  confirmed: true,
  startedAt: 0,
  usedAt: 0,
  clocks: [],
  secrets: { token: new Secret("t0ken") },
});

describe.each(brokerIds)("the first call that is printed for %s", (broker) => {
  const { account: example, path, body = "" } = brokers[broker].traits.firstCall;

  it("names the session's own account at the broker's own hosts too, and the example's where none is known", () => {
    const live = { broker, env: "live" };
    const own = nextCall(live, session(broker, "ME$&42"));
    expect(own).toContain(`kunji call ${broker} --env live `);
    expect(own.includes("ME$&42")).toBe(example !== undefined);
    const unknown = nextCall(live, session(broker, undefined));
    expect(unknown.includes(example ?? path)).toBe(true);
    if (example) expect(own).not.toContain(example);
  });

  it("has for its example the account that path or body names", () => {
    const named = /[A-Z]{0,2}\d{4,}/.exec(path + body.replace(/"token":"\d+"/, ""))?.[0];
    expect(named).toBe(example);
  });
});
