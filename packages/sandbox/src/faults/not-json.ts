import type { Fault } from "./fault.js";

export const notJson: Fault = {
  name: "not-json",
  kind: "protocol",
  says: "200 and a JSON content type, but the body is no JSON.",
  after: (answer) => ({ ...answer, body: "OK, but this is not JSON {" }),
};
