import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ProblemCode, problems } from "../../src/domain/problem.js";

const page = readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8");
const [, own = ""] = page.split(/^# The gateway's problems$/m);

/** The sections of the gateway's part, in its order. */
const sections = own
  .split(/^## /m)
  .slice(1)
  .map((text) => {
    const [, code = "", status = "", body = ""] =
      /^`(\w+)`\n\nStatus `(\d{3})`\n\n([\s\S]+)$/.exec(text) ?? [];
    return { code, status: Number(status), body };
  });

describe("docs/errors.md and the table of problems", () => {
  it("hold the same codes, in the same order", () => {
    expect(sections.map(({ code }) => code)).toEqual(Object.keys(problems));
  });

  it.each(sections.map((section) => [section.code, section] as const))(
    "%s: the same status, what happened and what to do",
    (_, { code, status, body }) => {
      expect(status).toBe(problems[code as ProblemCode][0]);
      for (const part of ["What happened", "What to do"])
        expect(body.match(new RegExp(`^\\*\\*${part}\\.\\*\\* \\S.+\\.$`, "gm")), part).toHaveLength(1);
    },
  );

  it("say to look first wherever an order may have been placed", () => {
    for (const { code, status, body } of sections)
      if (status === 502 || status === 504) expect(body, code).toMatch(/look at the order book first/);
  });

  it("show a problem as it is answered", () => {
    const [, shown = ""] = /```json\n([\s\S]+?)```/.exec(own) ?? [];
    const { code, status, title } = JSON.parse(shown) as { code: ProblemCode; status: number; title: string };
    expect([status, title]).toEqual([...problems[code]]);
  });
});
