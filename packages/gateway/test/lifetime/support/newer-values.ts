import type { Session } from "kunji";
import type { LifetimeWorld } from "./lifetime-world.js";

/** One call of Nuvama's with the session on file, and the session that its answer hands out. */
export async function called(world: LifetimeWorld, id: string): Promise<Session> {
  const { client, session } = { client: await world.client("nuvama"), session: await world.session(id) };
  if (!session) throw new Error("no session");
  const path = client.traits.firstCall.path.replace("80126245", session.account ?? "");
  return (await client.fetch(session, path)).session;
}

/** The value that Nuvama changes with its answers. */
export const keyOf = async (world: LifetimeWorld, id: string): Promise<string | undefined> =>
  (await world.session(id))?.secrets.appIdKey?.reveal();
