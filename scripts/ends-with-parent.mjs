// Loaded into every child: the channel to the parent closes when the parent is gone, even if it was killed outright.
import { settings } from "./settings.mjs";

const graceMs = 5000;

if (process.channel && settings.boundTo() === process.ppid) {
  process.on("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.exit(1), graceMs).unref();
  });
  // The channel alone keeps no program running.
  process.channel.unref();
}
