import { editObject } from "./edit-object.js";
import type { Fault } from "./fault.js";

/** The same letters and length, but for the last digit or letter. */
const otherName = (value: string): string => value.slice(0, -1) + (value.endsWith("9") ? "8" : "9");

export const anotherAccount: Fault = {
  name: "another-account",
  kind: "identity",
  says: "The answer names another account than the one that logged in.",
  after: (answer, { broker }) => {
    const names = new Set(broker.accountFields);
    let changed = false;
    const other = (value: unknown, name: string): unknown => {
      if (Array.isArray(value)) return value.map((item) => other(item, name));
      if (typeof value === "object" && value !== null) {
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, other(item, key)]));
      }
      if (!names.has(name) || (typeof value !== "string" && typeof value !== "number")) return value;
      changed = true;
      return typeof value === "number" ? value + 1 : otherName(value);
    };
    const edited = editObject(answer, (fields) => other(fields, ""), { lists: true });
    return changed ? edited : null;
  },
};
