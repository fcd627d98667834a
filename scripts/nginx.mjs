// An nginx for the deployment's test: one that is there, else one that Debian's packages bring.
import { aptInstall, findNginx } from "../deploy/nginx/machine.mjs";
import { Sentence, say } from "./settings.mjs";

/**
 * The path of an nginx; installs one where there is none and this is root's machine.
 * @throws Sentence that says how to get one
 */
export function ensureNginx() {
  const found = findNginx();
  if (found) return found;
  say("Installing nginx by apt-get …");
  const installed = aptInstall(["nginx-light"]) && findNginx();
  if (installed) return installed;
  throw new Sentence(
    "The deployment's test needs an nginx, and none could be found or installed. Install one (Debian: apt-get install " +
      "nginx-light; macOS: brew install nginx) and run the same command again.",
  );
}
