import type { Fault } from "./fault.js";

export const extraFields: Fault = {
  name: "extra-fields",
  kind: "protocol",
  says: "The answer has fields that nobody knows, `__proto__` among them.",
  after(answer) {
    const body = answer.body.trimEnd();
    if (!body.startsWith("{") || body.length < 3) return null;
    const extra =
      '"new_field":"added","new_list":[1,{"deep":true}],"__proto__":{"polluted":true},"constructor":null';
    return { ...answer, body: `${body.slice(0, -1)},${extra}}` };
  },
};
