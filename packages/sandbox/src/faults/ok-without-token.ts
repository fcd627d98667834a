import { editObject } from "./edit-object.js";
import type { Fault } from "./fault.js";

export const okWithoutToken: Fault = {
  name: "ok-without-token",
  kind: "protocol",
  says: "The answer says that all is well, but the tokens are missing.",
  after: (answer, { isToken }) =>
    editObject(answer, (fields) => {
      const kept = Object.entries(fields).filter(([, value]) => !isToken(value));
      return kept.length < Object.keys(fields).length ? Object.fromEntries(kept) : null;
    }),
};
