import { editObject } from "./edit-object.js";
import type { Fault } from "./fault.js";

export const missingField: Fault = {
  name: "missing-field",
  kind: "protocol",
  says: "One field is missing: `field`, else the one with the token, else the first.",
  after: (answer, { options, isToken }) =>
    editObject(answer, (fields) => {
      const names = Object.keys(fields);
      const field = options.field ?? names.find((name) => isToken(fields[name])) ?? names[0];
      if (field === undefined || !Object.hasOwn(fields, field)) return null;
      return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field));
    }),
};
