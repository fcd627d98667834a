import { describe, expect, it } from "vitest";
import { Secret, type Session, zebu } from "../src/index.js";

const now = Date.UTC(2026, 10, 20, 6);
const app = { clientId: "ABC", secret: "123", redirectUri: "https://app.example/back" };
const session: Session<"zebu"> = {
  broker: "zebu",
  account: "ZP0001",
  confirmed: true,
  startedAt: now - 3_590_000,
  usedAt: now,
  clocks: [{ kind: "moment", at: now + 10_000 }],
  secrets: { access_token: new Secret("old-token"), refresh_token: new Secret("refresh-token") },
};

/** A client whose broker renews every session, and how often it was asked to. */
function client(options: { readonly renews?: boolean }) {
  const asked: string[] = [];
  const fetch = async (url: string) => {
    asked.push(new URL(url).pathname);
    return Response.json({ stat: "Ok", access_token: "new-token", expires_in: "3600" });
  };
  return { asked, broker: zebu(app, { fetch, now: () => now, ...options }) };
}

describe("a call with a session that is about to end", () => {
  it("renews it by itself", async () => {
    const { asked, broker } = client({});
    const { authorization } = await broker.callHeaders(session);
    expect(authorization?.reveal()).toBe("Bearer new-token");
    expect(asked).toEqual(["/NorenWClientAPI/RefreshToken"]);
  });

  it("leaves it as it is where renewals are made by hand, and says when it has ended", async () => {
    const { asked, broker } = client({ renews: false });
    const { authorization } = await broker.callHeaders(session);
    expect(authorization?.reveal()).toBe("Bearer old-token");
    const ended = { ...session, clocks: [{ kind: "moment", at: now }] } as const;
    await expect(broker.callHeaders(ended)).rejects.toMatchObject({ code: "login_needed" });
    expect(asked).toEqual([]);
    expect((await broker.refresh(session)).secrets.access_token?.reveal()).toBe("new-token");
    expect(asked).toEqual(["/NorenWClientAPI/RefreshToken"]);
  });
});
