import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { shellQuoted } from "../src/domain/shell-quoted.js";

it.each(["O'Brien", "x';touch /tmp/x;'", "'", '$HOME `id` "$(id)" \\ !\n* ~', ""])(
  "is one word to a shell, and the text itself: %j",
  (text) => {
    const words = execFileSync("/bin/sh", ["-c", `printf '%s|' ${shellQuoted(text)}`], { encoding: "utf8" });
    expect(words).toBe(`${text}|`);
  },
);
