import { editObject } from "./edit-object.js";
import type { Fault } from "./fault.js";

function wrong(value: unknown): unknown {
  if (typeof value === "string") return value.length;
  if (Array.isArray(value)) return { ...value };
  if (typeof value === "object" && value !== null) return [value];
  return String(value);
}

export const wrongTypes: Fault = {
  name: "wrong-types",
  kind: "protocol",
  says: "Every field of the answer has a wrong type: numbers are texts, texts are numbers, lists are objects.",
  after: (answer) =>
    editObject(answer, (fields) =>
      Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, wrong(value)])),
    ),
};
