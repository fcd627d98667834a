import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureCodes } from "../../src/http/pages/failures.js";
import { type ApiWorld, newApiWorld, withTenant } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { publicUrl } from "../support/world.js";
import { logInFrom } from "./support/own-login.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

let world: ApiWorld;
let names = 0;
beforeAll(async () => {
  const [[, onFile]] = databases;
  world = await newApiWorld(await onFile());
  // Before the other: its callback is not the one that the sandbox has in the end.
  await withTenant(world, "other", ["zebu"]);
  await withTenant(world, "acme", ["zebu", "autoshares"]);
});
afterAll(() => world.close());

const newOperator = (tenant = "acme") => signedIn(world, tenant, `asha${names++}`);
const queryOf = (path: string) => Object.fromEntries(new URL(path, publicUrl).searchParams);
const statusOf = async (id: string) => (await world.store.connections.get("acme", id))?.status;

/** A person who has logged in at the broker and is about to come back: the address, and the connection. */
async function aboutToComeBack(person: SignedInPerson) {
  const pressed = await person.send("/connections/connect", { app: "zebu" });
  const back = await logInFrom(world, person, "zebu", pressed);
  const { connection: id = "", code = "" } = queryOf(back);
  return { back, id, code };
}

describe("whoever comes back to the dashboard", () => {
  it("finishes what they began, and nobody else does: the code stays good for the one who began", async () => {
    const person = await newOperator();
    const beside = await newOperator();
    const stranger = await newOperator("other");
    const { back, id, code } = await aboutToComeBack(person);
    const form = { connection: id, code };
    expect([(await beside.open(back)).status, (await beside.send("/connected", form)).status]).toEqual([
      403, 403,
    ]);
    expect([(await stranger.open(back)).status, (await stranger.send("/connected", form)).status]).toEqual([
      404, 404,
    ]);
    expect(await statusOf(id)).toBe("pending");
    expect((await person.open(back)).headers.location).toBe(`/connections/${id}?said=connected`);
    expect(await statusOf(id)).toBe("active");
  });

  it("is asked to sign in first, and goes on from there", async () => {
    const person = await newOperator();
    const { back, id } = await aboutToComeBack(person);
    person.jar.delete("kunji_operator");
    const turned = await person.open(back);
    expect(turned.headers.location).toBe(`/sign-in?${new URLSearchParams({ next: back })}`);
    expect(await statusOf(id)).toBe("pending");
    person.jar.set("kunji_operator", person.cookie);
    await person.open(back);
    expect(await statusOf(id)).toBe("active");
  });

  it("is asked whose account it is where another browser has logged in, and by this dashboard's page alone", async () => {
    const person = await newOperator();
    const { back, id, code } = await aboutToComeBack(person);
    const elsewhere = await signedIn(world, "acme", person.operator.name);
    const page = await elsewhere.open(back);
    expect([page.status, await statusOf(id)]).toEqual([200, "pending"]);
    expect(page.text).toContain("<strong>ZP0001</strong>");
    expect(page.action).toBe("/connected");
    const form = { connection: page.field("connection"), code: page.field("code") };
    expect(form).toEqual({ connection: id, code });
    const cross = await elsewhere.send("/connected", form, { "sec-fetch-site": "cross-site" });
    expect([cross.status, await statusOf(id)]).toEqual([403, "pending"]);
    expect((await elsewhere.send("/connected", form)).headers.location).toBe(
      `/connections/${id}?said=connected`,
    );
    expect(await statusOf(id)).toBe("active");
  });

  it("is told of a code that is used, forged or too old, and led on to an address without it", async () => {
    const person = await newOperator();
    const { back, id, code } = await aboutToComeBack(person);
    const failed = `/connected?connection=${id}&error=code_refused`;
    const forged = `/connected?connection=${id}&code=${"x".repeat(43)}`;
    expect((await person.open(forged)).headers.location).toBe(failed);
    expect((await person.send("/connected", { connection: id, code: "x" })).headers.location).toBe(failed);
    expect(await statusOf(id)).toBe("pending");
    await person.open(back);
    expect(await statusOf(id)).toBe("active");
    expect((await person.send("/connected", { connection: id, code })).headers.location).toBe(failed);
    const page = await person.open(failed);
    expect(page.text).toContain("It was finished already, or waited longer than ten minutes.");
    expect(page.action).toBe(`/connections/${id}/log-in`);
    expect(await statusOf(id)).toBe("active");
  });

  it("finds the account's owner at the broker who turns back, with the way to try again", async () => {
    const person = await newOperator();
    const pressed = await person.send("/connections/connect", { app: "zebu" });
    const login = new URL(pressed.headers.location ?? "");
    const [callback = ""] = (await world.logIn("zebu", login.href)).split("?");
    const turned = await person.open(callback);
    expect(turned.headers.location).toMatch(`${publicUrl}/connected?`);
    const page = await person.open(turned.headers.location ?? "");
    expect(page.text).toContain("You were not logged in");
    expect((await person.send(page.action)).headers.location).toMatch(`${world.sandboxUrl}/zebu/`);
  });
});

describe("what the dashboard says of a login that came to nothing", () => {
  it("is a sentence with a way on for every code, and for one that it doesn't know, in no word of the asker's", async () => {
    const person = await newOperator();
    const { id } = await aboutToComeBack(person);
    const codes = [...failureCodes, "code_refused", "user_mismatch", "<script>alert(1)</script>"];
    for (const code of codes) {
      const page = await person.open(`/connected?${new URLSearchParams({ connection: id, error: code })}`);
      expect([code, page.status]).toEqual([code, 200]);
      const main = page.text.slice(page.text.indexOf("<main"));
      const [, sentence = ""] =
        /role="alert">([^<]{20,})<\/p>/.exec(main.replace(/<p id="signed-out"[\s\S]*?<\/p>/, "")) ?? [];
      expect([code, sentence]).toEqual([code, expect.stringMatching(/\.$/)]);
      expect([code, sentence]).not.toEqual([
        code,
        expect.stringMatching(/makers of the app|\{broker\}|back to the app/i),
      ]);
      expect([code, main.includes("<script")]).toEqual([code, false]);
      expect([code, /<a class="button|<button/.test(main)]).toEqual([code, true]);
    }
  });

  it("names the account where another one has logged in, and where a form may lead by its policy", async () => {
    const person = await newOperator();
    const { back, id } = await aboutToComeBack(person);
    await person.open(back);
    const again = await person.send(`/connections/${id}/log-in`);
    const end = await logInFrom(world, person, "zebu", again, "ZP0558");
    expect(queryOf(end)).toEqual({ connection: id, error: "account_mismatch" });
    const page = await person.open(end);
    expect(page.text).toContain("This connection is for ZP0001.");
    expect(page.headers["content-security-policy"]).toContain(` ${world.sandboxUrl} https: http:;`);
    expect(await statusOf(id)).toBe("active");
  });
});
