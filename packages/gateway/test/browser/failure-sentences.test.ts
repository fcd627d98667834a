import { readFileSync } from "node:fs";
import { codes } from "kunji";
import { describe, expect, it } from "vitest";
import { problems } from "../../src/domain/problem.js";
import { failureCodes, failureOf } from "../../src/http/pages/failures.js";

const page = readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8");
const documented = [...page.matchAll(/^## `(\w+)`$/gm)].map(([, code = ""]) => code);

/** What is answered to programs alone, or to operators: no user's browser sends what it takes to meet one of these. */
const notOfUsers =
  /^(?:key_(?:refused|file_unusable)|scope_missing|call_refused|credential_call_refused|id_taken|broker_fixed|connection_unsure|session_too_short|code_refused|user_mismatch|vendor_session_absent|rotation_running|webhook\w+|idempotency\w+|order_budget_spent|broker_busy|answer_withheld|sign_in\w*|operator\w*|password\w*|second_factor_\w+|one_time\w*)$/;

describe("every code that a user's browser can meet", () => {
  it("has a sentence: each of the brokers', and each of the gateway's but for those of programs and operators", () => {
    const told = new Set<string>(failureCodes);
    const met = documented.filter((code) => code in codes || !notOfUsers.test(code));
    expect(met.length).toBeGreaterThan(50);
    expect(met.filter((code) => !told.has(code))).toEqual([]);
    expect(failureCodes.filter((code) => !documented.includes(code))).toEqual([]);
    expect(failureCodes.every((code) => code in codes || code in problems)).toBe(true);
  });

  it.each(failureCodes)("%s: what happened, and what to do next", (code) => {
    const { heading, next } = failureOf(code, "Zebu");
    expect(heading).toMatch(/^\S.{8,60}[^.]$/);
    expect(next).toMatch(/^[A-Z].{15,260}\.$/);
    expect(heading + next).not.toMatch(/[{}'"<>]|undefined/);
  });

  it("names the broker where it is known, and none where it isn't", () => {
    expect(failureOf("timed_out", "Zebu").heading).toBe("Zebu does not answer");
    expect(failureOf("timed_out").heading).toBe("The broker does not answer");
  });

  it("is told as a fault of ours where it is unknown", () => {
    for (const code of ["nothing", "__proto__", "constructor", ""])
      expect(failureOf(code)).toEqual(failureOf("internal"));
  });
});
