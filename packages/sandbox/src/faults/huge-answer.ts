import { editObject } from "./edit-object.js";
import type { Fault } from "./fault.js";

export const hugeAnswer: Fault = {
  name: "huge-answer",
  kind: "protocol",
  says: "Valid JSON of 5 MB: the honest answer with a field of blanks beside it.",
  after: (answer) => editObject(answer, (fields) => ({ ...fields, padding: " ".repeat(5_000_000) })),
};
