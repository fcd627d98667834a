import type { Command } from "./command.js";
import { appCommand } from "./commands/app.js";
import { callCommand } from "./commands/call.js";
import { doctorCommand } from "./commands/doctor.js";
import { loginCommand } from "./commands/login.js";
import { logoutCommand } from "./commands/logout.js";
import { refreshCommand } from "./commands/refresh.js";
import { sandboxCommand } from "./commands/sandbox.js";
import { statusCommand } from "./commands/status.js";

/** Every command, in the order in which a person meets them. */
export const commands: readonly Command[] = [
  loginCommand,
  callCommand,
  statusCommand,
  refreshCommand,
  logoutCommand,
  appCommand,
  doctorCommand,
  sandboxCommand,
];
