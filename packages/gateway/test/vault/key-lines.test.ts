import { describe, expect, it } from "vitest";
import { withFirstLine, withKeyFirst, withoutKeys } from "../../src/domain/key-lines.js";

const file = "# the first key\nk1:AAA\n\n  k12:BBB\n# k3:is gone\nk2:CCC\n";

describe("the lines of a key file", () => {
  it("take one more in front, and stay below it, comments too", () => {
    expect(withFirstLine(file, "new:DDD")).toBe(`new:DDD\n${file}`);
    expect(withFirstLine(file.slice(0, -1), "new:DDD")).toBe(`new:DDD\n${file}`);
  });

  it("may have the endings of Windows, which go", () => {
    expect(withFirstLine(file.replaceAll("\n", "\r\n"), "new:DDD")).toBe(`new:DDD\n${file}`);
  });

  it("have a key's own put first, and the others left in their order", () => {
    expect(withKeyFirst(file, "k2")).toBe("k2:CCC\n# the first key\nk1:AAA\n\n  k12:BBB\n# k3:is gone\n");
    expect(withKeyFirst(file, "k12")).toBe("  k12:BBB\n# the first key\nk1:AAA\n\n# k3:is gone\nk2:CCC\n");
  });

  it.each(["k", "k3", "K1", "AAA", "the"])("have none of a key %s that only looks alike", (id) => {
    expect(withKeyFirst(file, id)).toBeUndefined();
    expect(withoutKeys(file, [id])).toBe(file);
  });

  it("lose those of the keys that are named, and no others", () => {
    expect(withoutKeys(file, ["k1", "k2", "k9"])).toBe("# the first key\n\n  k12:BBB\n# k3:is gone\n");
    expect(withoutKeys(file, ["k12"])).toBe("# the first key\nk1:AAA\n\n# k3:is gone\nk2:CCC\n");
    expect(withoutKeys(file, [])).toBe(file);
  });
});
