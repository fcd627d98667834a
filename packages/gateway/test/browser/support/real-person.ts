import type { BrokerId } from "kunji";
import type { Page } from "playwright-core";
import type { TestWorld } from "../../support/world.js";
import type { ThreeSites } from "./three-sites.js";

export interface SandboxUser {
  readonly username: string;
  readonly password: string;
  readonly totp: string;
  readonly about: string;
}

/** A ready user of the sandbox by what they are there for; the first one always gets in. */
export async function userAt(world: TestWorld, broker: BrokerId, about = /./): Promise<SandboxUser> {
  const presets = await (await world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/presets`)).json();
  const users: readonly SandboxUser[] = presets[broker].users;
  const found = users.find((user) => about.test(user.about));
  if (!found) throw new Error("the sandbox has no such user");
  return found;
}

/** Fills in the first form of the page as a person would, and presses its first button. */
export async function typeIn(
  page: Page,
  { username, password, totp }: SandboxUser,
  otp = true,
): Promise<void> {
  const form = page.locator("form").first();
  await form.locator("[name=username]").fill(username);
  await form.locator("[name=password]").fill(password);
  if (otp) await form.locator("[name=otp]").fill(totp);
  await form.locator("button").first().click();
}

/** From a link's page through the broker's login, up to the question for the account where there is one. */
export async function logIn(
  page: Page,
  { ports }: ThreeSites,
  broker: BrokerId,
  user: SandboxUser,
): Promise<void> {
  if (ports.brokers.traits[broker].login === "password") return typeIn(page, user, false);
  await page.getByRole("button", { name: /^Go to / }).click();
  await typeIn(page, user);
  const consent = page.locator("button[name=consent][value=yes]");
  if ((await consent.count()) > 0) await consent.click();
}

/** What such a user types into the gateway's own form. */
export async function typedFields(world: TestWorld, broker: BrokerId, about: RegExp) {
  const { username, password, totp } = await userAt(world, broker, about);
  return { username, password, otp: totp };
}
