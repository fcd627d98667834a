import { expect, it } from "vitest";
import { isPrintable } from "../src/domain/printable.js";

it.each([
  ["Devanagari's half forms", "क्\u200dष लेजर"],
  ["Bengali's, before the mark", "র\u200d্যাব"],
  ["Persian's broken joins", "می\u200cخواهم"],
  ["emoji of several", "👩🏽\u200d💻 👨\u200d👩\u200d👧 🏳️\u200d🌈 ❤️\u200d🔥"],
])("takes joiners within words: %s", (_, text) => {
  expect(isPrintable(text, 60)).toBe(true);
});

it.each([
  ["a joiner at the beginning", "\u200dacme"],
  ["a joiner at the end", "acme\u200d"],
  ["a joiner beside a blank", "acme \u200dtwo"],
  ["two joiners at once", "क्\u200d\u200dष"],
  ["a joiner between digits", "1\u200c2"],
  ["joiners alone", "\u200d\u200c"],
  ["an embedding of the other direction", "acme\u202atwo"],
  ["an override of the direction", "acme\u202etwo"],
  ["an isolate", "acme\u2066two"],
  ["a mark of the direction", "acme\u200ftwo"],
  ["a space without width", "acme\u200btwo"],
  ["a word joiner", "acme\u2060two"],
  ["a soft hyphen", "acme\u00adtwo"],
  ["a byte order mark", "acme\ufefftwo"],
  ["an end of a line", "acme\ntwo"],
])("refuses what can't be seen: %s", (_, text) => {
  expect(isPrintable(text, 60)).toBe(false);
  expect(isPrintable(text.replace(/[\p{C}\n]/gu, "") || "acme", 60)).toBe(true);
});

it("counts joiners among a text's characters", () => {
  expect(isPrintable("क्\u200dष", 4)).toBe(true);
  expect(isPrintable("क्\u200dष", 3)).toBe(false);
});
