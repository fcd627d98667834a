import type { BrokerId } from "kunji";
import type { Person } from "./browser.js";
import type { Rig } from "./rig.js";

interface Presets {
  readonly app: Record<string, string>;
  readonly users: readonly { username: string; password: string; totp: string }[];
}

export async function presetOf({ steer }: Rig, broker: BrokerId): Promise<Presets> {
  const presets = (await steer("GET", "presets")) as Record<string, Presets>;
  const preset = presets[broker];
  if (!preset) throw new Error(`the sandbox has no ${broker}`);
  return preset;
}

/** A ready user, the first by default, as a login page asks for it. */
export async function person(rig: Rig, broker: BrokerId, username?: string): Promise<Person> {
  const { users } = await presetOf(rig, broker);
  const user = username === undefined ? users[0] : users.find((one) => one.username === username);
  if (!user) throw new Error("the sandbox has no such user");
  return { username: user.username, password: user.password, otp: user.totp };
}
