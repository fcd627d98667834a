import type { Session } from "kunji";
import type { Arguments } from "../arguments.js";
import { type Command, envOptionHelp } from "../command.js";
import type { Context } from "../context.js";
import { exits } from "../exit-codes.js";
import { openClient } from "../open-client.js";
import type { Place } from "../place.js";
import { placeOf } from "../places-of.js";
import { Problem } from "../problem.js";

/** The session to log out; `undefined` where there is none or it can't be read: then only the file goes. */
async function storedSession({ store, out }: Context, place: Place): Promise<Session | undefined> {
  try {
    return await store.session(place);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    out.warn("The stored session could not be read, so the broker was not told.");
    return undefined;
  }
}

async function logOut(context: Context, place: Place) {
  const { store, io, out } = context;
  const had = (await store.places("session")).some(
    ({ broker, env }) => broker === place.broker && env === place.env,
  );
  let told = false;
  let name: string = place.broker;
  let can = true;
  try {
    const session = await storedSession(context, place);
    if (session) {
      const { client } = await openClient(context, place);
      name = client.traits.name;
      can = client.logout !== undefined;
      await client.logout?.(session, { signal: io.interrupted });
      told = can;
    }
  } catch (error) {
    out.warn(`The session on this machine is erased; at ${name} it may stay open until it ends.`);
    throw error;
  } finally {
    await store.removeSession(place);
  }
  const sentence = !had
    ? `There was no session at ${name} (${place.env}).`
    : told
      ? `${out.tone("good", "Logged out")} at ${name} (${place.env}).`
      : can
        ? `The session at ${name} (${place.env}) is erased from this machine.`
        : `${name} has no logout: the session is erased from this machine, and ends there by itself.`;
  out.result({ ...place, erased: had, logged_out: told }, [sentence]);
}

/** The session of before stays over, also when a later login has made another vendor session. */
async function endStored({ store, out }: Context, place: Place): Promise<void> {
  try {
    await store.endSession(place, "vendor_logout");
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    out.warn(`${error.message} ${error.next ?? ""}`.trim());
  }
}

async function logOutVendor(context: Context, place: Place) {
  const { client } = await openClient(context, place);
  const { logoutVendor } = client;
  if (!logoutVendor)
    throw new Problem("usage", `${client.traits.name} has no vendor session.`, "Leave --vendor out.");
  await logoutVendor({ signal: context.io.interrupted });
  await endStored(context, place);
  context.out.result({ ...place, vendor_logged_out: true }, [
    `${context.out.tone("good", "Vendor logged out")} at ${client.traits.name} (${place.env}): every session of its users needs a login.`,
  ]);
}

async function run(context: Context, args: Arguments) {
  const place = await placeOf(context, args);
  const work = args.flag("vendor") ? logOutVendor : logOut;
  await context.store.alone(place, () => work(context, place));
  return exits.ok;
}

export const logoutCommand: Command = {
  name: "logout",
  summary: "log out and erase the session",
  usage: "<broker> [--env ENV] [--vendor]",
  help: `Logs out at the broker, where it has a logout, and erases the session on this machine in any case.

  --vendor         end the vendor session, and with it every call of the app's users, where the broker has one
${envOptionHelp}

Examples:
  kunji logout zebu
  kunji logout nuvama --vendor`,
  options: { env: { type: "string" }, vendor: { type: "boolean" } },
  most: 1,
  run,
};
