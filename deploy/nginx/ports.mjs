// Which ports a deployment may use: those that nobody listens on, and those that it listens on itself.
import { createServer } from "node:net";
import { Sentence } from "../../scripts/settings.mjs";
import { listensOn } from "./processes.mjs";

/** Whether nobody listens there. @throws Sentence where this user may not */
export async function isFree(port, address = "127.0.0.1") {
  const server = createServer();
  try {
    await new Promise((done, failed) => server.once("error", failed).listen(port, address, done));
    return true;
  } catch ({ code }) {
    if (code === "EACCES")
      throw new Sentence(`Port ${port} needs more rights than this user has: name one from 1024 on.`);
    return code !== "EADDRINUSE";
  } finally {
    server.close();
  }
}

/** Whether this process is there and, as far as can be known, the one that listens on the port. */
export const holds = (pid, port) => pid !== undefined && listensOn(pid, port) !== false;

/**
 * @param place { ports, holds(port), nginx: { port, address, holds(), otherwise } }
 * @throws Sentence where a port is another's
 */
export async function checkPorts({ ports, holds, nginx }) {
  for (const port of ports)
    if (!holds(port) && !(await isFree(port)))
      throw new Sentence(
        `Port ${port} is in use, and not by a gateway of this deployment: stop what listens there, or name other ports by --ports.`,
      );
  if (!nginx.holds() && !(await isFree(nginx.port, nginx.address)))
    throw new Sentence(
      `Port ${nginx.port} is in use, and not by this deployment's nginx: stop what listens there${nginx.otherwise}.`,
    );
}
