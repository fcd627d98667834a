import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  type Attempt,
  attemptFrom,
  type BrokerId,
  brokers,
  type Code,
  KunjiError,
  Secret,
  type Session,
  sessionFrom,
  toStored,
} from "../src/index.js";

const marker = "mark3d-s3cret";
const session: Session<"ventura"> = {
  broker: "ventura",
  account: "AA0605",
  confirmed: true,
  startedAt: 1_763_700_000_000,
  usedAt: 1_763_700_000_500,
  refreshEndsAt: 1_763_959_200_000,
  clocks: [
    { kind: "moment", at: 1_763_786_400_000 },
    { kind: "idle", ms: 28_800_000 },
    { kind: "daily", time: "00:30", utcOffset: "+05:30", by: "broker" },
  ],
  secrets: { auth_token: new Secret(marker), refresh_token: new Secret(`${marker}-2`) },
};
const attempt: Attempt<"nuvama"> = {
  broker: "nuvama",
  beganAt: 1_763_700_000_000,
  secrets: { state: new Secret(marker), vendorToken: new Secret(`${marker}-2`) },
};

type Fields = Record<string, unknown>;
type Read = (text: string) => unknown;
const readSession: Read = (text) => sessionFrom(text, "ventura");
const readAttempt: Read = (text) => attemptFrom(text, "nuvama");
const stored = {
  session: { text: toStored(session), read: readSession },
  attempt: { text: toStored(attempt), read: readAttempt },
};

const bare = (value: Session | Attempt) => ({
  ...value,
  secrets: Object.fromEntries(Object.entries(value.secrets).map(([name, secret]) => [name, secret.reveal()])),
});

function refusalOf(read: Read, text: unknown): { code: Code | undefined; shown: string } {
  try {
    read(text as string);
    return { code: undefined, shown: "" };
  } catch (error) {
    if (!(error instanceof KunjiError)) return { code: undefined, shown: `untyped: ${String(error)}` };
    return {
      code: error.code,
      shown: [error.stack, inspect(error, { depth: 9 }), JSON.stringify(error)].join("\n"),
    };
  }
}

function expectUnreadable(read: Read, text: unknown): void {
  const { code, shown } = refusalOf(read, text);
  expect([code, shown]).toEqual(["session_unreadable", expect.any(String)]);
  expect(shown).not.toContain("mark3d");
  expect(shown).not.toMatch(/JSON at position|Unexpected token|position \d/);
}

/** A stored text with one change made to it. */
function changed(kind: keyof typeof stored, change: (fields: Fields) => void): string {
  const fields = JSON.parse(stored[kind].text) as Fields;
  change(fields);
  return JSON.stringify(fields);
}

/** One value of each type that JSON has. */
const json: readonly (readonly [type: string, value: unknown])[] = [
  ["null", null],
  ["boolean", true],
  ["number", 7],
  ["text", marker],
  ["list", [marker]],
  ["object", { [marker]: marker }],
];

/** The fields of a stored value, the types that each may have, and whether it may be absent. */
const fields: readonly (readonly [
  kind: keyof typeof stored,
  field: string,
  types: readonly string[],
  optional: boolean,
])[] = [
  ["session", "format", [], false],
  ["session", "broker", [], false],
  ["session", "account", ["text"], true],
  ["session", "confirmed", ["boolean"], false],
  ["session", "startedAt", ["number"], false],
  ["session", "usedAt", ["number"], false],
  ["session", "refreshEndsAt", ["number"], true],
  ["session", "clocks", [], false],
  ["session", "secrets", [], false],
  ["attempt", "format", [], false],
  ["attempt", "broker", [], false],
  ["attempt", "beganAt", ["number"], false],
  ["attempt", "secrets", [], false],
];

describe.each(fields)("the %s's field %s", (kind, field, types, optional) => {
  const { read } = stored[kind];

  it(optional ? "may be absent" : "must be there", () => {
    const text = changed(kind, (value) => delete value[field]);
    if (optional) expect(read(text)).toMatchObject({ broker: JSON.parse(text).broker });
    else expectUnreadable(read, text);
  });

  it.each(json)("is refused or taken by its type: %s", (type, other) => {
    // An object for `secrets` is one secret more, with a name that the broker's file does not look for.
    const takes = types.includes(type) || (field === "secrets" && type === "object");
    const text = changed(kind, (value) => {
      value[field] = other;
    });
    if (takes) expect(() => read(text)).not.toThrow();
    else expectUnreadable(read, text);
  });
});

describe.each(["session", "attempt"] as const)("a stored %s", (kind) => {
  const { text, read } = stored[kind];

  it("comes back as it was", () => {
    const value = kind === "session" ? session : attempt;
    const back = read(text) as Session | Attempt;
    expect(bare(back)).toEqual(bare(value));
    expect(Object.values(back.secrets).every((secret) => secret instanceof Secret)).toBe(true);
    expect(JSON.stringify(back)).not.toContain(marker);
  });

  it.each(Object.values(brokers).map(({ traits }) => traits.id))(
    "is not read as %s's, unless it is",
    (id: BrokerId) => {
      const as: Read = (given) => (kind === "session" ? sessionFrom(given, id) : attemptFrom(given, id));
      if (id === JSON.parse(text).broker) expect(() => as(text)).not.toThrow();
      else expectUnreadable(as, text);
    },
  );

  it.each([0, 2, 1.5, -1, 99, "1", [1], null])("is not read where its format is %j", (format) => {
    expectUnreadable(
      read,
      changed(kind, (value) => Object.assign(value, { format })),
    );
  });

  it.each(json.filter(([type]) => type !== "text"))(
    "is not read where one of its secrets is of another type: %s",
    (_, other) => {
      expectUnreadable(
        read,
        changed(kind, ({ secrets }) => Object.assign(secrets as Fields, { more: other })),
      );
    },
  );

  it.each([
    ["nothing", ""],
    ["a blank", " "],
    ["half an object", "{"],
    ["null", "null"],
    ["true", "true"],
    ["a number", "7"],
    ["a text in quotes", '"text"'],
    ["an empty list", "[]"],
    ["a list", "[{}]"],
    ["an empty object", "{}"],
    ["an object with a format alone", `{"format":1}`],
    ["a secret in half an object", `{"${marker}`],
    ["a secret", marker],
    ["itself and a letter", `${text}x`],
    ["itself without its end", text.slice(0, -1)],
    ["itself in a list", `[${text}]`],
    ["itself in quotes", JSON.stringify(text)],
    ["a byte order mark", "\ufeff{}"],
    ["undefined", "undefined"],
  ])("is not read from another text: %s", (_, other) => {
    expectUnreadable(read, other);
  });

  it.each([undefined, null, 7, {}, [], Symbol(marker)])("is not read from what is no text: %s", (other) => {
    expectUnreadable(read, other);
  });

  it("is not read as the other kind", () => {
    expectUnreadable(kind === "session" ? readAttempt : readSession, text);
    const own = JSON.parse(text) as Fields;
    const renamed = JSON.stringify({ ...own, broker: own.broker === "ventura" ? "nuvama" : "ventura" });
    expectUnreadable(kind === "session" ? readAttempt : readSession, renamed);
  });

  it.each(["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"])(
    "keeps nothing of a field named %s, nor does any other object",
    (name) => {
      const poisoned = `{"${name}":{"polluted":"${marker}","confirmed":true},${text.slice(1)}`;
      const back = read(poisoned) as Session | Attempt;
      expect(Object.hasOwn(back, name)).toBe(false);
      expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
      expect((back as unknown as Fields).polluted).toBeUndefined();
      expect(({} as Fields).polluted).toBeUndefined();
      expect(bare(back)).toEqual(bare(read(text) as Session | Attempt));
    },
  );

  it("takes a secret named __proto__ as a name like any other", () => {
    const poisoned = text.replace('"secrets":{', '"secrets":{"__proto__":"polluted",');
    const { secrets } = read(poisoned) as Session | Attempt;
    expect(Object.getPrototypeOf(secrets)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(secrets, "__proto__")?.value).toBeInstanceOf(Secret);
    expectUnreadable(read, text.replace('"secrets":{', '"secrets":{"__proto__":{"polluted":true},'));
  });
});

describe("a stored session's clocks", () => {
  const clock = (value: unknown) =>
    changed("session", (fields) => Object.assign(fields, { clocks: [value] }));
  const daily = { kind: "daily", time: "07:00", utcOffset: "+05:30", by: "exchanges" };

  it.each([
    { kind: "moment", at: 0 },
    { kind: "idle", ms: 1 },
    daily,
    { ...daily, utcOffset: "-03:30", by: "broker" },
  ])("are read: %j", (value) => {
    expect(sessionFrom(clock(value), "ventura").clocks).toEqual([value]);
  });

  it.each([
    null,
    7,
    "moment",
    [],
    {},
    { at: 7 },
    { kind: "moment" },
    { kind: "moment", at: "7" },
    { kind: "moment", at: null },
    { kind: "Moment", at: 7 },
    { kind: "idle" },
    { kind: "idle", ms: "28800000" },
    { kind: "idle", at: 7 },
    { kind: "hourly", ms: 7 },
    { kind: ["moment"], at: 7 },
    { ...daily, time: "7:00" },
    { ...daily, time: "24:00" },
    { ...daily, time: "07:60" },
    { ...daily, time: ["07:00"] },
    { ...daily, time: 700 },
    { ...daily, time: "07:00:00" },
    { ...daily, utcOffset: "05:30" },
    { ...daily, utcOffset: "+5:30" },
    { ...daily, utcOffset: 330 },
    { ...daily, utcOffset: "Asia/Kolkata" },
    { ...daily, by: "nobody" },
    { ...daily, by: undefined },
  ])("are refused: %j", (value) => {
    expectUnreadable(readSession, clock(value));
  });
});
