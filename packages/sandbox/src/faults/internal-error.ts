import type { Fault } from "./fault.js";

export const internalError: Fault = {
  name: "internal-error",
  kind: "protocol",
  says: "500 without a word; the broker does nothing.",
  instead: () => ({ status: 500, headers: {}, body: "" }),
};
