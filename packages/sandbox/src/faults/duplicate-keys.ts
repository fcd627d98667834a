import { editObject } from "./edit-object.js";
import type { Fault } from "./fault.js";

export const duplicateKeys: Fault = {
  name: "duplicate-keys",
  kind: "protocol",
  says: "Every text of the answer comes twice, the second time with another value.",
  after: (answer) => {
    const twice: string[] = [];
    const once = editObject(answer, (fields) => {
      for (const [name, value] of Object.entries(fields)) {
        if (typeof value === "string") twice.push(`${JSON.stringify(name)}:"duplicate"`);
      }
      return fields;
    });
    if (once === null || twice.length === 0) return null;
    return { ...once, body: `${once.body.slice(0, -1)},${twice.join(",")}}` };
  },
};
