import { more, type Right, rawOf, text, valued } from "./malformed-shapes.js";

/** Only where the broker returns `state`. */
export const stateShapes: readonly (readonly [
  name: string,
  code: string,
  make: (right: Right) => unknown,
])[] = [
  [
    "missing",
    "state_mismatch",
    (right) => text({ ...right, pairs: right.pairs.filter(([name]) => name !== "state") }),
  ],
  [
    "another one",
    "state_mismatch",
    (right) => valued(right, "state", () => "0123456789abcdef0123456789abcdef"),
  ],
  ["empty", "callback_invalid", (right) => valued(right, "state", () => "")],
  ["given twice, both right", "callback_invalid", (right) => more(right, `state=${rawOf(right, "state")}`)],
  ["given twice, the second wrong", "callback_invalid", (right) => more(right, "state=wrong")],
  ["in capitals", "state_mismatch", (right) => valued(right, "state", (raw) => `${raw}A`.toUpperCase())],
  ["cut by one character", "state_mismatch", (right) => valued(right, "state", (raw) => raw.slice(0, -1))],
  ["longer by one character", "state_mismatch", (right) => valued(right, "state", (raw) => `${raw}0`)],
  ["the right one twice in a row", "state_mismatch", (right) => valued(right, "state", (raw) => raw + raw)],
  ["with a blank behind it", "state_mismatch", (right) => valued(right, "state", (raw) => `${raw}+`)],
  ["with a NUL behind it", "state_mismatch", (right) => valued(right, "state", (raw) => `${raw}%00`)],
  [
    "with brackets behind its name",
    "state_mismatch",
    (right) => text(right).replace(/([?&])state=/, "$1state[]="),
  ],
  [
    "with a capital in its name",
    "state_mismatch",
    (right) => text(right).replace(/([?&])state=/, "$1State="),
  ],
  [
    "in the fragment",
    "state_mismatch",
    (right) =>
      `${text({ ...right, pairs: right.pairs.filter(([name]) => name !== "state") })}#state=${rawOf(right, "state")}`,
  ],
];
