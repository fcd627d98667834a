import { systemCode } from "./problem.js";
import { run } from "./run.js";
import { terminal } from "./terminal.js";

const interrupt = new AbortController();
// The second Ctrl-C ends the process outright.
process.once("SIGINT", () => interrupt.abort());
process.once("SIGTERM", () => interrupt.abort());
process.stdout.on("error", (error) => {
  // Whoever reads our output has stopped: `kunji call … | head`.
  if (systemCode(error) === "EPIPE") process.exit(0);
});

process.exitCode = await run(process.argv.slice(2), terminal(interrupt.signal));
