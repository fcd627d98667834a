import { createDecipheriv } from "node:crypto";
import { type Rig, sha256 } from "./rig.js";

type Keys = Record<string, string>;
/** Makes one call with the session; whether the broker took it. */
export type Call = () => Promise<boolean>;

async function redirectOf({ post }: Rig, broker: string, params: Keys): Promise<URLSearchParams> {
  const { body } = await post(`/_sandbox/${broker}/login`, params);
  return new URL(String(body.redirect)).searchParams;
}

const asJson = async (answer: Promise<Response>) => (await (await answer).json()) as Keys;

async function ventura(made: Rig, app: Keys, username: string): Promise<Call> {
  const { app_key = "", app_secret = "" } = app;
  const query = await redirectOf(made, "ventura", { app_key, username });
  const fields = { request_token: query.get("request_token"), data: sha256(app_key + app_secret) };
  const key = { "x-app-key": app_key };
  const token = await asJson(made.send("POST", "/ventura/login/v1/authorization/token", fields, key));
  const headers = { ...key, "x-client-id": username, authorization: `Bearer ${token.auth_token}` };
  return async () => (await made.send("GET", "/ventura/user/v1/profile", undefined, headers)).status === 200;
}

async function autoshares(made: Rig, app: Keys, Username: string, Password: string): Promise<Call> {
  const key = { "Et-App-Key": app["Et-App-Key"] ?? "" };
  const answer = made.send("POST", "/autoshares/api/token", undefined, { ...key, Username, Password });
  const headers = { ...key, authorization: `Bearer ${(await asJson(answer)).Token}` };
  const path = "/autoshares/api/v1.0/users/@me/info";
  return async () => (await made.send("GET", path, undefined, headers)).status === 200;
}

async function nuvama(made: Rig, app: Keys, username: string): Promise<Call> {
  const { vendor = "", pwd = "", api_key = "", AppIdKey = "" } = app;
  const vendorPath = `/nuvama/edelmw-login/login/accounts/loginvendor/${vendor}`;
  const { msg = "" } = await asJson(made.send("POST", vendorPath, { pwd }));
  const query = await redirectOf(made, "nuvama", { ordsrc: api_key, ordsrctkn: msg, username });
  const decipher = createDecipheriv("aes-256-cbc", pwd + msg.slice(-16), Buffer.alloc(16));
  const token = decipher.update(query.get("encrTkn") ?? "", "base64", "latin1") + decipher.final("latin1");
  const headers = { Authorization: token, AppIdKey, Source: vendor, SourceToken: msg };
  const path = `/nuvama/edelmw-eq/eq/limits/rmssublimits/${username}/`;
  return async () => (await made.send("GET", path, undefined, headers)).status === 200;
}

async function zebu(made: Rig, _app: Keys, username: string): Promise<Call> {
  const token = await made.zebuToken(username);
  return async () => (await asJson(made.quote(token, username))).stat === "Ok";
}

async function rmoney(made: Rig, { appcode = "", apiSecret = "" }: Keys, username: string): Promise<Call> {
  const query = await redirectOf(made, "rmoney", { appcode, username });
  const checkSum = sha256(`${query.get("userId")}${query.get("authCode")}${apiSecret}`);
  const exchange = made.send("POST", "/rmoney/open-api/od/v1/vendor/getUserDetails", { checkSum });
  const headers = { authorization: `Bearer ${(await asJson(exchange)).userSession}` };
  const path = "/rmoney/open-api/od/v1/profile/";
  return async () => (await made.send("GET", path, undefined, headers)).status === 200;
}

const openers = { ventura, autoshares, nuvama, zebu, rmoney };
export type Broker = keyof typeof openers;
export const brokerIds = Object.keys(openers) as Broker[];

/** Logs the broker's first user in at the command line's app. */
export async function openSession(made: Rig, broker: Broker): Promise<Call> {
  const { app, users } = (await made.presets())[broker]!;
  return openers[broker](made, app, users[0]!.username, users[0]!.password);
}
