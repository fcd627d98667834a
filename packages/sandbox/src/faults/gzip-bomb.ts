import type { Fault } from "./fault.js";

export const gzipBomb: Fault = {
  name: "gzip-bomb",
  kind: "transport",
  says: "Some kilobytes of gzip that unpack to 64 MiB.",
  deliver: (answer) => ({ kind: "gzip", answer, mebibytes: 64 }),
};
