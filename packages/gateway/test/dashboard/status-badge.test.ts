import { codes } from "kunji";
import { describe, expect, it } from "vitest";
import {
  reasonCodes,
  reasonSentence,
  statusBadge,
  statusSentence,
  statusWord,
} from "../../src/http/pages/dashboard/status-badge.js";
import type { Status } from "../../src/ports/connections.js";

const statuses = ["new", "pending", "active", "login_needed", "unsure", "closed"] as const satisfies Status[];
const unknown = reasonSentence("of_a_later_version");

describe("where a connection stands, in words", () => {
  it("has a sentence for every reason that the gateway gives, and for every error of a broker's", () => {
    const all = [...reasonCodes, ...Object.keys(codes), "request_timed_out", "egress_unreachable"];
    expect(all.length).toBeGreaterThan(40);
    for (const code of all) {
      const sentence = reasonSentence(code, { broker: "Zebu" });
      expect([code, sentence]).toEqual([code, expect.stringMatching(/^\p{Lu}.{10,}\. \p{Lu}.{8,}\.$/su)]);
      expect([code, sentence.includes("{") || sentence === unknown]).toEqual([code, false]);
    }
    expect(unknown).toMatch(/history/);
    expect(reasonSentence("constructor")).toBe(unknown);
    expect([reasonSentence(null), reasonSentence("")]).toEqual(["", ""]);
  });

  it("names the broker, and begins with a capital where nobody says which", () => {
    expect(reasonSentence("broker_ended", { broker: "Nuvama" })).toMatch(/^Nuvama ended the session/);
    expect(reasonSentence("broker_ended")).toMatch(/^The broker ended the session/);
  });

  it("asks nobody to log in while the gateway finds out by itself", () => {
    const facts = { status: "unsure", broker: "Zebu" } as const;
    expect(reasonSentence("outcome_unknown")).toMatch(/Log in again\.$/);
    expect(reasonSentence("outcome_unknown", facts)).toMatch(/the gateway asks Zebu again by itself\.$/);
    expect(reasonSentence("keys_refused", facts)).toMatch(/app’s page/);
  });

  it("says of every status but a good one what to do, and shows each by a word and a shape of its own", async () => {
    for (const status of statuses) {
      const sentence = statusSentence(status, null, "Zebu");
      expect([status, sentence === ""]).toEqual([status, status === "active"]);
      expect(String(await statusBadge(status))).toContain(`is-${status}`);
    }
    expect(new Set(statuses.map(statusWord)).size).toBe(statuses.length);
    expect(String(await statusBadge("active"))).toContain("good");
    const watched = String(await statusBadge("active", "refresh_refused"));
    expect(watched).toContain("Active, not renewed");
    expect(watched).not.toContain("good");
    expect(statusSentence("closed", "session_over")).toMatch(/^Closed for good/);
  });
});
