import { json } from "../broker.js";
import type { Fault } from "./fault.js";

export const tooManyRequests: Fault = {
  name: "too-many-requests",
  kind: "protocol",
  says: "429 with Retry-After: 30; the broker does nothing.",
  instead: () => json({ message: "Too many requests" }, 429, { "retry-after": "30" }),
};
