import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { keyLine, readKeyring } from "../../src/domain/keyring.js";
import { newLine, thrownBy } from "./support/vaults.js";

const read = (...lines: readonly string[]) => readKeyring(lines.join("\n"), "The file");
const good = newLine("k1");
const [, text = ""] = good.split(":");
const format = "is not <id>:<key in base64>, with an id of 1 to 24 letters and digits";

describe("a key file", () => {
  it("has the first key to seal with, and all of them, in order", () => {
    const bytes = [1, 2, 3].map((n) => Buffer.alloc(32, n));
    const ring = read(...["b", "c", "a"].map((id, n) => keyLine(id, bytes[n]!)));
    expect([ring.sealingKeyId, [...ring.keys.keys()]]).toEqual(["b", ["b", "c", "a"]]);
    expect([...ring.keys.values()].map((key) => key.export())).toEqual(bytes);
  });

  it("may have comments, empty lines, and spaces round a line", () => {
    const ring = read("# one:two", "", "  ", `#${good}`, "  # three", ` ${good}\t`, newLine("k2"));
    expect([...ring.keys.keys()]).toEqual(["k1", "k2"]);
  });

  it.each([
    ["an id alone", ["k1"], "key_file_format", `line 1 ${format}.`],
    [
      "nothing after the id",
      ["# a comment", "k1:"],
      "key_length",
      "line 2 has a key of 0 bytes where 32 are needed.",
    ],
    [
      "16 bytes",
      [good, keyLine("k2", randomBytes(16))],
      "key_length",
      "line 2 has a key of 16 bytes where 32 are needed.",
    ],
    ["a third part", [good, "", `${newLine("k2")}:x`], "key_file_format", `line 3 ${format}.`],
    ["a comment behind the key", [`${good} # mine`], "key_file_format", `line 1 ${format}.`],
    ["a space within", [`k1: ${text}`], "key_file_format", `line 1 ${format}.`],
    ["zeros alone", [keyLine("k1", Buffer.alloc(32))], "key_zeros", "line 1 has a key that is all zeros."],
    ["an id twice", [good, newLine("k1")], "key_twice", "line 2 has the id of an earlier line."],
    [
      "a key twice",
      [newLine("k0"), good, `k2:${text}`],
      "key_twice",
      "line 3 has the key of an earlier line.",
    ],
  ])("is refused with %s, and the sentence names the line", (_, lines, code, why) => {
    expect(thrownBy(() => read(...lines))).toMatchObject({
      name: "KeyringError",
      code,
      message: `The file can't be used: ${why}`,
    });
  });

  it("is refused without any key, and the sentence says how to make one", () => {
    expect(thrownBy(() => read("# none yet", ""))).toMatchObject({
      code: "key_file_empty",
      message: "The file holds no key. Write one line, <id>:<key>, with a key from: openssl rand -base64 32",
    });
  });

  it("is not refused for one byte of zero, nor for a key whose only byte but zero is the last", () => {
    const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32)];
    one[0] = 0;
    other[31] = 1;
    expect(read(keyLine("k1", one), keyLine("k2", other)).keys.size).toBe(2);
  });
});
