// The gateway's whole way with curl, as `npm start` prints it: lines for bash, with nothing in them but curl and sed.

/** The first call of a broker for an account: method, path and body as they go through the proxy. */
function callOf({ firstCall }, username) {
  const own = (text) => (firstCall.account ? text.replaceAll(firstCall.account, username) : text);
  return [firstCall.method, own(firstCall.path), firstCall.body ? own(firstCall.body) : ""];
}

/** A text as one word of a shell script. */
export const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** A row for each broker: its id, a user of the sandbox's, and its first call. */
function loop(traits, presets) {
  const rows = traits.map((broker) => {
    const { username, password } = presets[broker.id].users[0];
    return quoted([broker.id, username, password, ...callOf(broker, username)].join(" ").trimEnd());
  });
  return ["for ROW in \\", ...rows.map((row) => `  ${row} \\`), "; do"];
}

/**
 * @param traits the SDK's traits of the brokers
 * @param presets what the sandbox's `GET /_sandbox/presets` answers
 * @param gateway origin of the gateway
 * @param sandbox origin of the sandbox
 * @param key a shell word that gives the API key
 */
export function curlJourney({ traits, presets, gateway, sandbox, key }) {
  return [
    `G=${gateway} S=${sandbox} KEY=${key} JAR=$(mktemp)`,
    `api() { curl -sS -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' "$@"; echo; }`,
    `browser() { curl -sS -b "$JAR" -c "$JAR" -H "Origin: $G" -w '\\n%{redirect_url}' "$@"; }`,
    `field() { sed -nE "s/.*\\"$1\\": ?\\"([^\\"]*)\\".*/\\1/p"; }`,
    `hidden() { sed -nE "s/.*name=\\"$1\\" value=\\"([^\\"]*)\\".*/\\1/p"; }`,
    "",
    ...loop(traits, presets),
    `  read -r BROKER NAME PASSWORD METHOD CALL BODY <<<"$ROW"`,
    `  echo "== $BROKER"`,
    "  # 1. Your server makes a connection for one of its users.",
    `  MADE=$(api "$G/v1/connections" -d '{"app":"'$BROKER'","user":"asha","return_url":"'$G'/demo/return"}')`,
    `  ID=$(field id <<<"$MADE") LINK=$(field connect_url <<<"$MADE")`,
    "  # 2. The user's browser opens the link. AutoShares' form is there; the others send it to the broker and take it back.",
    `  if browser "$LINK" | grep -q 'name="password"'; then`,
    `    NEXT=$(browser "$LINK" --data-urlencode "username=$NAME" --data-urlencode "password=$PASSWORD" | tail -n 1)`,
    "  else",
    `    LOGIN=$(browser -X POST "$LINK" | tail -n 1)`,
    `    BACK=$(curl -sS "$S/_sandbox/$BROKER/login" -d "\${LOGIN#*\\?}" -d "username=$NAME" | field redirect)`,
    `    NEXT=$(browser "$BACK" | tail -n 1)`,
    "  fi",
    "  # 3. Where the broker returns no state, a page asks first whether the account is the user's own.",
    `  case $NEXT in "$G"/callback/*)`,
    `    SECRET=$(browser "$NEXT" | hidden secret)`,
    `    NEXT=$(browser "\${NEXT%/account}" -d "connection=$ID" -d "secret=$SECRET" -d answer=yes | tail -n 1)`,
    "  esac",
    "  # 4. The browser is back at the app with a code, and your server confirms.",
    `  CODE=\${NEXT##*code=}`,
    `  api "$G/v1/connections/$ID/confirm" -d '{"code":"'$CODE'","user":"asha"}'`,
    "  # 5. The headers for a call, and the broker's first call through the proxy.",
    `  api "$G/v1/connections/$ID/session?min=300"`,
    `  api -X "$METHOD" "$G/v1/connections/$ID/proxy$CALL" \${BODY:+-d "$BODY"}`,
    "done",
    "",
    "# 6. What the demo's webhook has received.",
    "sleep 2",
    `curl -sS "$G/demo/webhook"; echo; rm -f "$JAR"`,
  ];
}
