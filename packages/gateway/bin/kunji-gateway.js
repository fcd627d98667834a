#!/usr/bin/env node
import { existsSync } from "node:fs";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `The gateway needs Node 22.19 or later and this is ${process.versions.node}: install a newer Node.\n`,
  );
  process.exitCode = 1;
} else if (!existsSync(new URL("../dist/main.js", import.meta.url))) {
  process.stderr.write(
    "The gateway is not built yet: run `npm run build` in Kunji's folder, or `npm start`.\n",
  );
  process.exitCode = 1;
} else {
  await import("../dist/main.js");
}
