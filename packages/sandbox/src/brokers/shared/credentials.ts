import type { BrokerId, User, World } from "../../broker.js";

/** What a login call's user name and password are worth, by the same rules as the login pages. */
export async function checkCredentials(
  world: World,
  broker: BrokerId,
  username: string | undefined,
  password: string | undefined,
): Promise<{ readonly user: User } | { readonly refused: "wrong" | "locked" }> {
  const user = username === undefined ? undefined : world.user(broker, username);
  if (!user || password === undefined) return { refused: "wrong" };
  if (!(await world.passwordIs(user, password))) return { refused: "wrong" };
  return user.behaviour === "locked" ? { refused: "locked" } : { user };
}
