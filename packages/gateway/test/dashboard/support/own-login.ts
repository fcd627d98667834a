import type { BrokerId } from "kunji";
import type { Person, Seen } from "../../browser/support/person.js";
import { publicUrl, type TestWorld } from "../../support/world.js";

const pathOf = (seen: Seen): string => (seen.headers.location ?? "").replace(publicUrl, "");

/** Goes where the dashboard's button has led, logs in there, and answers with where the browser is led in the end. */
export async function logInFrom(
  world: Pick<TestWorld, "logIn" | "ports" | "presets">,
  person: Person,
  broker: BrokerId,
  pressed: Seen,
  username?: string,
): Promise<string> {
  const { users } = world.presets[broker];
  const user = users.find((one) => one.username === username) ?? users[0];
  if (world.ports.brokers.traits[broker].login === "password") {
    const { username: name, password } = user;
    return pathOf(await person.send(pathOf(pressed), { username: name, password, otp: "" }));
  }
  const back = await person.open(await world.logIn(broker, pressed.headers.location ?? "", user.username));
  if (!/\/account$/.test(back.headers.location ?? "")) return pathOf(back);
  const question = await person.open(back.headers.location ?? "");
  return pathOf(
    await person.send(question.action, {
      connection: question.field("connection"),
      secret: question.field("secret"),
      answer: "yes",
    }),
  );
}

/** Connects an operator's own account by the dashboard's button; answers with the connection's id. */
export async function connectOwnAccount(
  world: Pick<TestWorld, "logIn" | "ports" | "presets">,
  person: Person,
  broker: BrokerId,
): Promise<string> {
  const pressed = await person.send("/connections/connect", { app: broker });
  const end = await person.open(await logInFrom(world, person, broker, pressed));
  const [, id] = /^\/connections\/([^?]+)\?said=connected$/.exec(end.headers.location ?? "") ?? [];
  if (id === undefined) throw new Error(`Not connected: ${end.status} ${end.headers.location}`);
  return id;
}
