// What `npm start` prints when everything answers.

/** The order in which the brokers are shown, and each one's first call as the command line takes it. */
const firstCalls = {
  zebu: `POST /NorenWClientAPI/GetQuotes -d '{"uid":"ZP0001","exch":"NSE","token":"2885"}'`,
  ventura: "GET /user/v1/profile",
  autoshares: "GET /v1.0/users/@me/info",
  nuvama: "GET /edelmw-eq/eq/limits/rmssublimits/80126245/",
  rmoney: "GET /open-api/od/v1/profile/",
};

/** The parameters of each login URL, as `POST /_sandbox/<broker>/login` takes them. */
const zebuLogin = (zebu) =>
  JSON.stringify({ client_id: zebu.app.client_id, username: zebu.users[0].username });

function usersTable(presets) {
  const rows = Object.keys(firstCalls)
    .filter((broker) => presets[broker]?.users?.[0])
    .map((broker) => [broker, presets[broker].users[0].username, presets[broker].users[0].password]);
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
 * @param origin of the sandbox
 * @param presets what `GET /_sandbox/presets` answers
 * @param data the data folder
 */
export function journey({ origin, presets, data, time }) {
  const port = new URL(origin).port;
  const prefix = port === "4701" ? "" : `KUNJI_SANDBOX_PORT=${port} `;
  const commands = Object.entries(firstCalls).flatMap(([broker, call]) => [
    `    ${prefix}npx kunji login ${broker}`,
    `    ${prefix}npx kunji call ${broker} ${call}`,
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
    "ready user is one click, or type one in:",
    "",
    ...usersTable(presets),
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
