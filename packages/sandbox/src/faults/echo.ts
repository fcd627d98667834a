import { json } from "../broker.js";
import type { Fault } from "./fault.js";

export const echo: Fault = {
  name: "echo",
  kind: "protocol",
  says: "A refusal that repeats the request in its words: every header's value and the body.",
  instead({ call }) {
    const words = [...[...call.headers].map(([name, value]) => `${name}: ${value}`), call.body].join("\n");
    // Under every name that the five brokers give to the words of an error.
    const names = ["message", "emsg", "error", "errMsg", "Reason", "msg"];
    const fields = Object.fromEntries(names.map((name) => [name, words]));
    return json({ stat: "Not_Ok", status: "error", State: "Failed", success: false, ...fields }, 400);
  },
};
