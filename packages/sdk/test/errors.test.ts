import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { brokers, type Code, codes, KunjiError, Secret } from "kunji";
import { describe, expect, it } from "vitest";

const whole = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
/** Without the gateway's problems, which follow under a heading of their own. */
const page = whole.split(/^# The gateway's problems$/m)[0] ?? "";
const table = Object.entries(codes) as [Code, (typeof codes)[Code]][];
const ids = Object.keys(brokers);

/** The sections of the page, in its order. */
const sections = page
  .split(/^## /m)
  .slice(1)
  .map((text) => {
    const [, code = "", action = "", fate = "", named = "", body = ""] =
      /^`(\w+)`\n\nAction `(\w+)` · fate `(\w+)` · brokers: (.+)\n\n([\s\S]+)$/.exec(text) ?? [];
    return { code, action, fate, named, body };
  });

describe("docs/errors.md and the table of codes", () => {
  it("hold the same codes, in the same order", () => {
    expect(sections.map(({ code }) => code)).toEqual(table.map(([code]) => code));
  });

  it.each(sections.map((section) => [section.code, section] as const))(
    "%s: the same action and fate",
    (_, section) => {
      const [action, fate] = codes[section.code as Code];
      expect([section.action, section.fate]).toEqual([action, fate]);
    },
  );

  it.each(sections.map((section) => [section.code, section] as const))("%s: whole", (_, { named, body }) => {
    const found = named === "all five" ? ids : named.split(", ");
    for (const id of found) expect(ids).toContain(id);
    for (const part of ["What happened", "What to do", "Example"])
      expect(body.match(new RegExp(`^\\*\\*${part}\\.\\*\\* \\S`, "gm")), part).toHaveLength(1);
  });

  it("the page explains every action and every fate, and no other", () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(new Set(rows)).toEqual(new Set(table.flatMap(([, [action, fate]]) => [action, fate])));
  });

  it("what can't be known to have had no effect says to look before an order is sent again", () => {
    for (const { code, action, fate, body } of sections)
      if (fate === "unknown" && (action === "retry_later" || action === "none"))
        expect(body, code).toMatch(/order may have been placed|order that was under way/i);
  });

  it("what a user can mend by a login says so", () => {
    for (const { code, action, body } of sections)
      if (action === "log_in")
        expect(body.split("**What to do.**")[1], code).toMatch(
          /log in|login|current code|ask the user|try again/i,
        );
  });
});

const marked = "MARKED-0123456789-SECRET";

describe("a KunjiError", () => {
  it.each(table.map(([code, row]) => [code, row] as const))(
    "%s: has the table's action, fate and sentence",
    (code, row) => {
      const error = new KunjiError(code, { broker: "zebu", field: "code", status: 400, retryAfterS: 5 });
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ name: "KunjiError", code, action: row[0], fate: row[1], broker: "zebu" });
      expect(error).toMatchObject({ field: "code", status: 400, retryAfterS: 5 });
      expect(error.message).toBe(`zebu: ${row[2]} (code)`);
      expect(new KunjiError(code).message).toBe(row[2]);
    },
  );

  it.each(table.map(([code]) => code))("%s: its message and its stack never hold the detail", (code) => {
    const error = new KunjiError(code, { broker: "zebu", detail: marked, status: 401 });
    expect(error.detail).toBe(marked);
    for (const text of [error.message, String(error), error.stack]) expect(text).not.toContain(marked);
  });

  it("no sentence of the table has a place for a value", () => {
    for (const [code, [, , sentence]] of table) expect(sentence, code).toMatch(/^[A-Z][^${}<>]+\.$/);
  });
});

describe("a Secret", () => {
  const secret = new Secret(marked);
  const shown: readonly (readonly [string, () => string])[] = [
    ["a template", () => `${secret}`],
    ["String()", () => String(secret)],
    ["concatenation", () => `a${secret}`],
    ["JSON", () => JSON.stringify({ secret, list: [secret] })],
    ["inspect", () => inspect(secret)],
    [
      "inspect of what holds it",
      () => inspect({ deep: { secret }, list: [secret], map: new Map([[1, secret]]) }),
    ],
    [
      "inspect with everything shown",
      () => inspect(secret, { showHidden: true, depth: null, getters: true }),
    ],
    ["its own keys", () => JSON.stringify([Reflect.ownKeys(secret), Object.entries(secret), { ...secret }])],
    ["an error's facts", () => inspect(new Error("no", { cause: secret }))],
  ];

  it.each(shown)("does not show itself in %s", (_, show) => {
    expect(show()).not.toContain(marked);
  });

  it("prints as [secret], and comes out by one method only", () => {
    expect([`${secret}`, JSON.stringify(secret), inspect(secret)]).toEqual([
      "[secret]",
      '"[secret]"',
      "[secret]",
    ]);
    expect(secret.reveal()).toBe(marked);
  });
});
