import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MovedColumn, type MovedRow, rowFrom, rowLine } from "../../src/domain/moved-row.js";

const columns: readonly MovedColumn[] = [
  { name: "a", kind: "text" },
  { name: "b", kind: "integer" },
  { name: "c", kind: "bytes" },
];
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const rows: fc.Arbitrary<MovedRow> = fc.tuple(
  orNull(fc.string({ unit: "binary" }).map((text) => Buffer.from(text).toString())),
  orNull(fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(-(2n ** 54n), 2n ** 54n))),
  orNull(fc.uint8Array()),
);
const read = (line: string) => rowFrom(JSON.parse(line), columns);
const plain = (row: MovedRow | undefined) =>
  row?.map((value) => (value instanceof Uint8Array ? `bytes ${Buffer.from(value).toString("hex")}` : value));

describe("a row as a line", () => {
  it("comes back as it was, whatever is in it, and is one line", () => {
    fc.assert(
      fc.property(rows, (row) => {
        const line = rowLine(row);
        expect(line).not.toContain("\n");
        expect(plain(read(line))).toEqual(plain(row));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["another number of values", '["a",1]', '["a",1,"AA=="]'],
    ["a number for a text", '[1,1,"AA=="]', '["1",1,"AA=="]'],
    ["a text for a number", '["a","1","AA=="]', '["a",1,"AA=="]'],
    ["a fraction", '["a",1.5,"AA=="]', '["a",1,"AA=="]'],
    ["a number that JSON has rounded", '["a",9007199254740993,"AA=="]', '["a","9007199254740993","AA=="]'],
    ["more than 64 bits", '["a","9223372036854775808",null]', '["a","9223372036854775807",null]'],
    ["base64 of another spelling", '["a",1,"AA"]', '["a",1,"AA=="]'],
    ["no list", '{"a":1}', '["a",1,null]'],
  ])("is refused with %s", (_, wrong, right) => {
    expect(read(wrong)).toBeUndefined();
    expect(read(right)).toBeDefined();
  });
});
