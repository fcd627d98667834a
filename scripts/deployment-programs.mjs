// The programs of the machine for the deployment's tests: those that are there, else those that Debian's packages bring.
import { aptInstall, findNginx, findPostgres } from "../deploy/nginx/machine.mjs";
import { Sentence, say } from "./settings.mjs";

/** Programs by the names of Debian's packages. */
const finders = { postgresql: findPostgres, "nginx-light": findNginx };

/**
 * Installs what is missing, where this is root's machine.
 * @param world stands in for the machine in tests
 * @throws Sentence that says how to get it
 */
export function ensurePrograms(names, { find = finders, install = aptInstall } = {}) {
  const missing = () => names.filter((name) => !find[name]());
  if (missing().length > 0) {
    say(`Installing ${missing().join(" and ")} by apt-get …`);
    install(missing());
  }
  const still = missing();
  if (still.length > 0)
    throw new Sentence(
      `The deployment's tests need ${still.join(" and ")} of the machine, which could not be found or installed: say ` +
        `\`sudo apt-get install ${still.join(" ")}\` (elsewhere than on Debian your own packages' way, with the programs on ` +
        "the PATH) and run the same command again.",
    );
}

/** The path of an nginx. @throws Sentence */
export function ensureNginx() {
  ensurePrograms(["nginx-light"]);
  return findNginx();
}

/**
 * Sees to it that a deployment finds nginx and PostgreSQL with all its programs. The PostgreSQL that npm brings for the other
 * tests can't stand in: it has no psql, createuser and createdb.
 * @throws Sentence
 */
export const ensureDeploymentPrograms = () => ensurePrograms(["postgresql", "nginx-light"]);
