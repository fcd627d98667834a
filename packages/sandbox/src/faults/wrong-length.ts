import type { Fault } from "./fault.js";

export const wrongLength: Fault = {
  name: "wrong-length",
  kind: "transport",
  says: "Content-Length says 7 bytes less than the body has.",
  deliver: (answer) => ({ kind: "length", answer, by: -7 }),
};
