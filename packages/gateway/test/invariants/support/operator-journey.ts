import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Seen } from "../../browser/support/person.js";
import { totpOf } from "../../connect/support/totp.js";
import { mistakes, type Planted } from "./planted.js";
import type { Sink } from "./secret-search.js";
import type { WholeGateway } from "./whole-gateway.js";

const pages = ["/", "/settings", "/settings/second-factor", "/settings/operators", "/settings/keys"];
const once = ({ text }: Seen) => /id="once">([^<]+)</.exec(text)?.[1] ?? "";

/** An operator signs in and out, wrongly and rightly, with and without a second factor, and uses every form of the settings. */
export async function operatorJourney(whole: WholeGateway, planted: Planted): Promise<readonly Sink[]> {
  const { gateway, data } = whole;
  const sinks: Sink[] = [];
  const person = whole.person();
  /** Keeps what a page has shown, and where a secret was shown on purpose. */
  async function look(asked: Promise<Seen>, ...allowed: string[]): Promise<Seen> {
    const seen = await asked;
    const where = `operator's page ${sinks.length}`;
    const { "set-cookie": _, ...headers } = seen.headers;
    sinks.push({ where, text: seen.text, allowed });
    sinks.push({ where: `headers of ${where}`, text: JSON.stringify(headers) });
    sinks.push({
      where: `cookies of ${where}`,
      text: seen.setCookies.join("\n"),
      allowed: ["cookie of an operator"],
    });
    const cookie = person.jar.get("kunji_operator");
    if (cookie) planted.set(`cookie of an operator ${sinks.length}`, cookie);
    return seen;
  }
  const password = (await readFile(join(data, "gateway", "operator-password"), "utf8")).trim();
  planted.set("password of an operator", password);
  const signIn = (typed: string) => look(person.send("/sign-in", { name: "operator", password: typed }));

  await signIn(mistakes["mistaken password"]);
  await look(person.open(`/sign-in?next=${encodeURIComponent(mistakes["mistaken query"])}`));
  await signIn(password);
  for (const page of pages.filter((path) => !path.endsWith("factor"))) await look(person.open(page));
  const { text: list } = await look(person.open("/connections"));
  const connections = [...list.matchAll(/<tr><td><a href="([^"]+)"/g)].map(([, path = ""]) => path);
  if (connections.length === 0 && !list.includes("Nobody is connected yet"))
    throw new Error("The list names no connection.");
  for (const path of connections)
    for (const more of ["", "/events", "/audit"]) await look(person.open(`${path}${more}`));

  const offered = await look(person.open("/settings/second-factor"), "second factor");
  const secret = /name="secret" value="(\w+)"/.exec(offered.text)?.[1] ?? "";
  planted.set("second factor of an operator", secret);
  const on = { secret, code: totpOf(secret, Date.now() - 30_000), password };
  await look(
    person.send("/settings/second-factor", { ...on, code: mistakes["mistaken code of an authenticator"] }),
    "second factor",
  );
  await look(person.send("/settings/second-factor", on));

  const added = await look(
    person.send("/settings/operators", { name: "meera" }),
    "one-time password of an operator",
  );
  planted.set("one-time password of an operator", once(added));
  const made = await look(
    person.send("/settings/keys", { name: "page", scopes: "read", once: "k".repeat(43) }),
    "key of the settings",
  );
  planted.set("key of the settings", once(made));

  await look(person.send("/sign-out"));
  await signIn(password);
  await look(person.send("/sign-in/code", { code: mistakes["mistaken code of an authenticator"] }));
  await look(person.send("/sign-in/code", { code: totpOf(secret, Date.now()) }));
  const next = "Mk16 a person's next password 7Qx";
  planted.set("next password of an operator", next);
  const change = { next_password: next, again_password: next };
  await look(person.send("/settings/password", { ...change, password: mistakes["mistaken password"] }));
  const changed = await look(person.send("/settings/password", { ...change, password }));
  if (changed.status !== 303) throw new Error("The operator's journey came to no end.");
  const { id = "", passwordHash = "" } = (await gateway.ports.store.waysIn.operator("operator")) ?? {};
  planted.set("hash of an operator's password", passwordHash);
  await look(person.send("/settings/second-factor/off", { password: mistakes["mistaken password"] }));
  await look(person.send(`/settings/operators/${id}/end`));
  return sinks;
}
