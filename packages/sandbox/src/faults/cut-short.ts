import type { Fault } from "./fault.js";

export const cutShort: Fault = {
  name: "cut-short",
  kind: "transport",
  says: "Content-Length promises 64 bytes more than come before the connection is closed.",
  deliver: (answer) => ({ kind: "length", answer, by: 64 }),
};
