import { brokers, type Session } from "kunji";
import { printable } from "./output.js";
import { envOption, type Place } from "./place.js";
import type { Preset } from "./sandbox-api.js";

/** A word for a shell, in single quotes where it needs them. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The command line of the broker's first call, with the session's own account in the place of the sandbox's users. */
export function nextCall(place: Place, session: Session, preset: Preset | undefined): string {
  const { method, path, body } = brokers[place.broker].traits.firstCall;
  const own = (text: string) => {
    const { account } = session;
    const named = preset?.users.find(({ username }) => text.includes(username));
    return account && named ? text.replaceAll(named.username, account) : text;
  };
  const data = body === undefined ? "" : ` -d ${shellWord(own(body))}`;
  return printable(`kunji call ${place.broker}${envOption(place)} ${method} ${shellWord(own(path))}${data}`);
}
