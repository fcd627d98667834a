import type { Session } from "kunji";
import { Problem } from "../problem.js";
import type { PresetUser } from "../sandbox-api.js";
import type { Login } from "./login.js";
import { askSecret, askText } from "./login-with-password.js";

/** Logs in with a one-time code where the broker has such a login; a ready user's where one is given. */
export async function loginWithTotp(
  login: Login,
  user: string | undefined,
  ready: PresetUser | undefined,
): Promise<Session> {
  const { opened, place, context } = login;
  const send = opened.client.loginWithTotp;
  if (!send)
    throw new Problem("usage", `${place.broker} has no login with a one-time code.`, "Leave --totp out.");
  const clientId = ready?.username ?? user ?? (await askText(login, "Client ID"));
  const password = ready?.password ?? (await askSecret(login, "PIN"));
  const totp = ready?.totp ?? (await askSecret(login, "One-time code"));
  const macAddress = context.io.macAddress() ?? (await askText(login, "MAC address of this machine"));
  const signal = context.io.interrupted;
  return login.finish(() => send({ clientId, password, totp: totp.trim(), macAddress, signal }));
}
