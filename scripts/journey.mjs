// What `npm start` prints when everything answers.
import { curlJourney, quoted } from "./curl-journey.mjs";

/** A broker's first call, as the command line takes it. */
function firstCall({ method, path, body }) {
  return `${method} ${path}${body ? ` -d '${body}'` : ""}`;
}

function usersTable(traits, presets) {
  const rows = traits.map(({ id }) => [id, presets[id].users[0].username, presets[id].users[0].password]);
  const all = [["broker", "username", "password"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column].length)));
  return all.map(
    (row) =>
      `    ${row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("   ")
        .trimEnd()}`,
  );
}

/**
 * @param traits the SDK's traits of the brokers
 * @param origin of the sandbox
 * @param gateway origin of the gateway
 * @param key the demo's API key
 * @param script the file that holds the curl lines
 * @param presets what `GET /_sandbox/presets` answers
 * @param data the data folder
 * @param database what the gateway keeps its data in
 */
export function journey({ traits, origin, gateway, key, script, presets, data, database, time }) {
  const port = new URL(origin).port;
  const prefix = port === "4701" ? "" : `KUNJI_SANDBOX_PORT=${port} `;
  const commands = traits.flatMap((broker) => [
    `    ${prefix}npx kunji login ${broker.id}`,
    `    ${prefix}npx kunji call ${broker.id} ${firstCall(broker.firstCall)}`,
    "",
  ]);
  const lines = curlJourney({ traits, presets, gateway, sandbox: origin, key: quoted(key) });
  return [
    "",
    `Kunji is ready (${time}). The gateway keeps your users' sessions, and the sandbox plays all five brokers. Open`,
    "",
    `    ${gateway}/             the dashboard: connect an account at each broker, see when it ends, call it`,
    `    ${origin}/_sandbox/     the sandbox's control panel: users, the clock, faults, the ledger`,
    "",
    "These users' logins always succeed. The one-time code stands on the broker's login page, beside each user, and each is",
    `one click there. AutoShares asks on the gateway's own page. More users: ${origin}/_sandbox/presets`,
    "",
    ...usersTable(traits, presets),
    "",
    "The same with curl, in bash: a connection at each broker, its login, the confirmation, the headers, a call, the webhook.",
    `Paste these lines, or run them from their file: bash ${script}`,
    "",
    ...lines.map((line) => (line === "" ? "" : `    ${line}`)),
    "",
    `The API key is ${key}`,
    `The API's description: ${gateway}/openapi.json`,
    "",
    "Or for yourself alone, from a second terminal in this folder:",
    "",
    ...commands,
    `Data: ${data}; the gateway's in ${database}. Ctrl-C ends everything.`,
    "",
  ].join("\n");
}
