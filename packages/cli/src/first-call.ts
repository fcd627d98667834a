import { brokers, type Session } from "kunji";
import { printable } from "./output.js";
import { envOption, type Place } from "./place.js";

/** A word for a shell, in single quotes where it needs them. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The command line of the broker's first call, with the session's own account in the place of the example's. */
export function nextCall(place: Place, { account }: Session): string {
  const { method, path, body, account: example } = brokers[place.broker].traits.firstCall;
  const own = (text: string) => (account && example ? text.replaceAll(example, () => account) : text);
  const data = body === undefined ? "" : ` -d ${shellWord(own(body))}`;
  return printable(`kunji call ${place.broker}${envOption(place)} ${method} ${shellWord(own(path))}${data}`);
}
