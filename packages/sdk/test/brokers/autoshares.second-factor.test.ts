import { fingerprint } from "@kunji/sandbox";
import { describe, expect, it } from "vitest";
import type { OneMoreStep, Session } from "../../src/index.js";
import { altered, withFields } from "../altered-answers.js";
import { brokerRig, failure } from "../broker-rig.js";

const tokenPath = "/api/token";
type Answer = Session<"autoshares"> | OneMoreStep;

function stepOf(answer: Answer): OneMoreStep {
  if (!("needs" in answer)) throw new Error("No further step was asked for.");
  return answer;
}

function sessionOf(answer: Answer): Session<"autoshares"> {
  if ("needs" in answer) throw new Error("One more step was asked for.");
  return answer;
}

describe("AutoShares' second factor, the client's side", () => {
  const a = brokerRig("autoshares");
  const user = (username: string) => {
    const found = a.users().find((one) => one.username === username);
    if (!found) throw new Error(`no ${username}`);
    return found;
  };

  it("A-10 the same request again, with interim token and code, gives the final token", async () => {
    const client = await a.open();
    const { username, password, totp } = user("demo.twofactor");
    const step = stepOf(await client.login({ username, password }));
    const session = sessionOf(await client.login({ username, password, second: { step, code: totp } }));
    const [, second] = await a.received(tokenPath);
    expect(second?.headers).toMatchObject({
      "et-app-key": fingerprint(a.app()["Et-App-Key"] ?? ""),
      username: fingerprint(username),
      password: fingerprint(password),
      authorization: `Bearer ${fingerprint(step.interim.reveal())}`,
      verificationcode: fingerprint(totp),
    });
    expect(second?.body).toBeNull();
    expect(session.secrets.token?.reveal()).not.toBe(step.interim.reveal());
    expect((await client.fetch(session, "/v1.0/users/@me/info")).status).toBe(200);
  });

  it.each([
    ["a wrong code", {}, "000000x", "Invalid verification code"],
    ["an interim token of nobody's", { interim: "made-up" }, undefined, "Corrupted ticket"],
  ])(
    "A-10 %s is refused as the second factor",
    async (_what, changed: { interim?: string }, wrong, detail) => {
      const { interim } = changed;
      const corrupt = interim ? altered(a.fetch, tokenPath, withFields({ Token: interim })) : a.fetch;
      const { username, password, totp } = user("demo.twofactor");
      const step = stepOf(await (await a.open({}, { fetch: corrupt })).login({ username, password }));
      const client = await a.open();
      const input = { username, password, second: { step, code: wrong ?? totp } };
      expect(await failure(client.login(input))).toMatchObject({ code: "second_factor_refused", detail });
      const good = stepOf(await client.login({ username, password }));
      sessionOf(await client.login({ username, password, second: { step: good, code: totp } }));
    },
  );

  it.each(["constructor", "toString", "SecurityQuestion"])(
    "A-10 a step that nobody knows, «%s», is neither a session nor a step to take",
    async (Step) => {
      const fetch = altered(a.fetch, tokenPath, withFields({ State: "Expecting", Step }), 202);
      const { username, password } = user("demo.twofactor");
      expect(await failure((await a.open({}, { fetch })).login({ username, password }))).toMatchObject({
        code: "answer_unreadable",
      });
      stepOf(await (await a.open()).login({ username, password }));
    },
  );

  it.each(["SecutityPin", "SecurityPin"])(
    "A-10 a PIN is asked for as %s and sent in its own header",
    async (Step) => {
      const respell = (fields: Readonly<Record<string, unknown>>) =>
        "Step" in fields ? { ...fields, Step } : fields;
      const client = await a.open({}, { fetch: altered(a.fetch, tokenPath, respell) });
      const { username, password } = user("demo.pin");
      const step = stepOf(await client.login({ username, password }));
      expect(step.needs).toBe("pin");
      const answer = (code: string) => client.login({ username, password, second: { step, code } });
      expect(await failure(answer("0000"))).toMatchObject({ code: "second_factor_refused" });
      sessionOf(await answer("4831"));
      const { headers } = (await a.received(tokenPath)).at(-1) ?? {};
      expect(headers).toMatchObject({ pincode: fingerprint("4831") });
      expect(headers).not.toHaveProperty("verificationcode");
    },
  );
});
