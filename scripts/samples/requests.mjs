// The requests of the brokers' own pages, in their order, as data. `{name}` stands for a value known by then.
// A step is one of: sha256 or joined (a value made of others), login (the browser's part, which the sandbox takes over),
// call (a request; what to keep of its answer, and what the answer must hold), opened (AES-256-CBC, base64 in).

const text = (value) => typeof value === "string" && value.length > 0;
const json = { "Content-Type": "application/json" };

/** Compares an answer's field with what is wanted: a value, or a test. */
const holds = (wanted) => (answer) =>
  Object.entries(wanted).every(([name, want]) =>
    typeof want === "function" ? want(answer?.[name]) : answer?.[name] === want,
  );
const exactly = (wanted) => (answer) =>
  Object.keys(answer ?? {})
    .sort()
    .join() === Object.keys(wanted).sort().join() && holds(wanted)(answer);

const hex32 = (value) => /^[0-9a-f]{32}$/.test(value);
const indiaTime = (value) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value);
const requestTime = (value) => /^\d\d:\d\d:\d\d \d\d-\d\d-\d{4}$/.test(value);
const jwt = (value) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(value);
const seconds = (value) => typeof value === "string" && Number(value) > 0;

export const brokers = {
  ventura: {
    title: "Ventura EaseAPI: exchange of a request_token",
    known: ({ app, users: [user] }) => ({
      app_key: app.app_key,
      app_secret: app.app_secret,
      username: user.username,
    }),
    steps: [
      { sha256: "data", of: ["app_key", "app_secret"] },
      {
        login: { app_key: "{app_key}", state: "any text & more" },
        keep: { request_token: "request_token" },
      },
      {
        call: "exchange",
        method: "POST",
        path: "/login/v1/authorization/token",
        headers: { "x-app-key": "{app_key}", ...json },
        body: { request_token: "{request_token}", data: "{data}" },
        good: exactly({
          client_id: text,
          auth_token: jwt,
          auth_expiry: indiaTime,
          refresh_token: text,
          refresh_expiry: indiaTime,
        }),
      },
    ],
  },
  autoshares: {
    title: "AutoShares: single-factor authentication",
    known: ({ app, users: [user] }) => ({
      app_key: app["Et-App-Key"],
      username: user.username,
      password: user.password,
    }),
    steps: [
      {
        call: "token",
        method: "POST",
        path: "/api/token",
        headers: {
          Username: "{username}",
          Password: "{password}",
          "Et-App-Key": "{app_key}",
          "Content-Length": "0",
        },
        good: exactly({ State: "Succeeded", Token: text }),
      },
    ],
  },
  nuvama: {
    title: "Nuvama: vendor login, a client's token opened, vendor logout",
    known: ({ app, users: [user] }) => ({
      vendor: app.vendor,
      api_key: app.api_key,
      password: app.pwd,
      username: user.username,
    }),
    steps: [
      {
        call: "vendor_login",
        method: "POST",
        path: "/edelmw-login/login/accounts/loginvendor/{vendor}",
        headers: json,
        body: { pwd: "{password}" },
        keep: { vendor_session: "msg" },
        good: exactly({ msg: hex32, success: true }),
      },
      {
        login: { ordsrc: "{api_key}", ordsrctkn: "{vendor_session}", state: "test123" },
        keep: { login_success: "login_success", userid: "userid", encrTkn: "encrTkn" },
        good: holds({ login_success: "true", userid: text, encrTkn: text }),
      },
      { joined: "key", of: ["password", "vendor_session"], lastOfSecond: 16 },
      { opened: "auth_token", from: "encrTkn", with: "key", good: (value) => /^[\x21-\x7e]+$/.test(value) },
      {
        call: "vendor_logout",
        method: "PUT",
        path: "/edelmw-login/login/accounts/logoutvendor/{vendor}",
        headers: { ...json, SourceToken: "{vendor_session}" },
        good: exactly({ msg: "Vendor logged out successfully", success: true }),
      },
    ],
  },
  zebu: {
    title: "Zebu MYNT: exchange, a quote, refresh",
    known: ({ app, users: [user] }) => ({
      client_id: app.client_id,
      secret: app.secret_key,
      username: user.username,
    }),
    steps: [
      { login: { client_id: "{client_id}" }, keep: { code: "code" } },
      { sha256: "checksum", of: ["client_id", "secret", "code"] },
      {
        call: "exchange",
        method: "POST",
        path: "/NorenWClientAPI/GenAcsTok",
        headers: json,
        body: { code: "{code}", checksum: "{checksum}" },
        keep: { access_token: "access_token", refresh_token: "refresh_token" },
        good: holds({
          stat: "Ok",
          access_token: text,
          refresh_token: text,
          expires_in: seconds,
          request_time: requestTime,
        }),
      },
      {
        call: "quote",
        method: "POST",
        path: "/NorenWClientAPI/GetQuotes",
        headers: { ...json, Authorization: "Bearer {access_token}" },
        body: { uid: "{username}", exch: "NSE", token: "2885" },
        good: holds({ stat: "Ok", exch: "NSE", token: "2885", lp: text }),
      },
      {
        call: "refresh",
        method: "POST",
        path: "/NorenWClientAPI/RefreshToken",
        headers: json,
        body: { refresh_token: "{refresh_token}" },
        good: exactly({ stat: "Ok", access_token: text, expires_in: seconds, request_time: requestTime }),
      },
    ],
  },
  rmoney: {
    title: "RMoney (Tradion): exchange of an authCode",
    known: ({ app, users: [user] }) => ({
      appcode: app.appcode,
      api_secret: app.apiSecret,
      username: user.username,
    }),
    steps: [
      { login: { appcode: "{appcode}" }, keep: { authCode: "authCode", userId: "userId" } },
      { sha256: "checksum", of: ["userId", "authCode", "api_secret"] },
      {
        call: "exchange",
        method: "POST",
        path: "/open-api/od/v1/vendor/getUserDetails",
        headers: json,
        body: { checkSum: "{checksum}" },
        good: exactly({ stat: "Ok", clientId: text, userSession: jwt }),
      },
    ],
  },
};

/** What a sample prints for a step: one line, the name, a blank and JSON. */
export const printed = (step) => step.call ?? step.opened ?? (step.login ? "login" : undefined);

/** Judges what a sample printed. Returns what is wrong, or undefined. */
export function judge(steps, output) {
  const lines = new Map(
    output
      .split("\n")
      .map((line) => /^(\w+) (.*)$/.exec(line.trim()))
      .filter(Boolean)
      .map(([, name, value]) => [name, value]),
  );
  for (const step of steps.filter((step) => step.good)) {
    const name = printed(step);
    let value;
    try {
      value = JSON.parse(lines.get(name));
    } catch {
      return `${name}: no JSON came back`;
    }
    if (!step.good(value)) return `${name}: the answer has another shape`;
  }
  return undefined;
}
