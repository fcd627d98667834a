// What `npm start` prints when everything answers.

/** A broker's first call, as the command line takes it. */
function firstCall({ method, path, body }) {
  return `${method} ${path}${body ? ` -d '${body}'` : ""}`;
}

const zebuLogin = (zebu) =>
  JSON.stringify({ client_id: zebu.app.client_id, username: zebu.users[0].username });

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
 * @param presets what `GET /_sandbox/presets` answers
 * @param data the data folder
 */
export function journey({ traits, origin, presets, data, time }) {
  const port = new URL(origin).port;
  const prefix = port === "4701" ? "" : `KUNJI_SANDBOX_PORT=${port} `;
  const commands = traits.flatMap((broker) => [
    `    ${prefix}npx kunji login ${broker.id}`,
    `    ${prefix}npx kunji call ${broker.id} ${firstCall(broker.firstCall)}`,
    "",
  ]);
  return [
    "",
    `Kunji is ready (${time}). The sandbox plays all five brokers. Open`,
    "",
    `    ${origin}/_sandbox/`,
    "",
    "Log in at a broker and call it, from a second terminal in this folder:",
    "",
    ...commands,
    "AutoShares asks for the username and the password; the other four open the broker's login page. There each",
    "ready user is one click, or type one in; Zebu asks for consent after it, Nuvama the first time. With --no-browser",
    "the first one is logged in by itself.",
    "",
    ...usersTable(traits, presets),
    "",
    `The one-time code is shown on the login page, beside each ready user. More users: ${origin}/_sandbox/presets`,
    "",
    "A login without a browser:",
    "",
    `    curl -s -X POST ${origin}/_sandbox/zebu/login \\`,
    `      -H 'Content-Type: application/json' -d '${zebuLogin(presets.zebu)}'`,
    "",
    `Data: ${data}. Ctrl-C ends everything.`,
    "",
  ].join("\n");
}
