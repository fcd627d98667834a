import { describe, expect, it } from "vitest";
import { person, presetOf } from "./support/people.js";
import { answers, type Rig, rig } from "./support/rig.js";

const logins = async ({ ledger }: Rig) =>
  (await ledger("autoshares")).filter(({ path }) => path.endsWith("/token")).length;

describe("a login with user name and password", () => {
  it("asks for the user name openly and for the password without echo", async () => {
    const { kunji } = await rig();
    const { ask, asked } = answers("demo.trader", "Cedar-Harbor-42");
    expect(await kunji(["login", "autoshares"], { ask })).toMatchObject({ exit: 0 });
    expect(asked).toEqual([
      { question: "Username", hidden: false },
      { question: "Password", hidden: true },
    ]);
  });

  it("takes no password as an argument and never repeats one", async () => {
    const { kunji } = await rig();
    for (const argument of [["--password=Cedar-Harbor-42"], ["--password", "Cedar-Harbor-42"]]) {
      const { exit, stdout, stderr } = await kunji(["login", "autoshares", ...argument]);
      expect(exit).toBe(2);
      expect(stdout + stderr).not.toContain("Cedar");
    }
  });

  it("takes the password from stdin where there is no terminal, and says so where it is not given", async () => {
    const { kunji } = await rig();
    const without = await kunji(["login", "autoshares", "--user", "demo.trader"]);
    expect(without).toMatchObject({ exit: 2 });
    expect(without.stderr).toContain("--password-stdin");
    const args = ["login", "autoshares", "--user", "demo.trader", "--password-stdin"];
    expect(await kunji(args, { stdin: "Cedar-Harbor-42\n" })).toMatchObject({ exit: 0 });
    const wrong = await kunji(args, { stdin: "cedar\n" });
    expect(wrong).toMatchObject({ exit: 3 });
    expect(wrong.stderr).toContain("Invalid credentials");
  });

  it("stops where the person gives up, and keeps nothing", async () => {
    const { kunji } = await rig();
    expect(
      await kunji(["login", "autoshares"], { ask: answers("demo.trader", undefined).ask }),
    ).toMatchObject({
      exit: 130,
    });
    expect(await kunji(["status"])).toMatchObject({ exit: 3 });
  });

  it("A-10 asks for the verification code as the second step, without echo", async () => {
    const at = await rig();
    const { otp, password } = await person(at, "autoshares", "demo.twofactor");
    const { ask, asked } = answers("demo.twofactor", password, otp);
    expect(await at.kunji(["login", "autoshares"], { ask })).toMatchObject({ exit: 0 });
    expect(asked.at(-1)).toEqual({ question: "Verification code", hidden: true });
    const wrong = answers("demo.twofactor", password, otp === "000000" ? "111111" : "000000");
    expect(await at.kunji(["login", "autoshares"], { ask: wrong.ask })).toMatchObject({ exit: 3 });
  });

  it("A-10 takes the code of the moment for a ready user, and asks for a PIN", async () => {
    const { kunji } = await rig();
    const login = ["login", "autoshares", "--no-browser", "--user"];
    expect(await kunji([...login, "demo.twofactor"])).toMatchObject({ exit: 0 });
    const { ask, asked } = answers("4831");
    expect(await kunji([...login, "demo.pin"], { ask })).toMatchObject({ exit: 0 });
    expect(asked).toEqual([{ question: "PIN", hidden: true }]);
  });

  it("A-10 reads the code from the second line of stdin", async () => {
    const at = await rig();
    const { otp, password } = await person(at, "autoshares", "demo.twofactor");
    const args = ["login", "autoshares", "--user", "demo.twofactor", "--password-stdin"];
    expect(await at.kunji(args, { stdin: `${password}\n${otp}\n` })).toMatchObject({ exit: 0 });
    expect(await at.kunji(args, { stdin: `${password}\n` })).toMatchObject({ exit: 2 });
  });

  it("A-09 refuses a password that can't travel in a header, with nothing sent and nothing of it shown", async () => {
    const at = await rig();
    const args = ["login", "autoshares", "--user", "demo.trader", "--password-stdin"];
    const refused = await at.kunji(args, { stdin: "Cedar-🌲-Harbor\n" });
    expect(refused).toMatchObject({ exit: 2 });
    expect(refused.stdout + refused.stderr).not.toContain("Harbor");
    expect(await logins(at)).toBe(0);
    expect(await at.kunji(args, { stdin: "Cedar-Harbor-42\n" })).toMatchObject({ exit: 0 });
    expect(await logins(at)).toBe(1);
  });
});

describe("a login with a one-time code", () => {
  it("takes client ID, PIN and code, and no browser", async () => {
    const at = await rig();
    const { username, password, otp } = await person(at, "ventura");
    const { ask, asked } = answers(username, password, otp);
    expect(await at.kunji(["login", "ventura", "--totp"], { ask })).toMatchObject({ exit: 0 });
    expect(asked.map(({ hidden }) => hidden)).toEqual([false, true, true]);
    expect((await at.ledger("ventura")).map(({ path }) => path)).toContain("/login/v1/authorization/totp");
    expect(await at.kunji(["status", "ventura"])).toMatchObject({ exit: 0 });
  });

  it("takes a ready user's, and says where a broker has no such login", async () => {
    const { kunji } = await rig();
    expect(await kunji(["login", "ventura", "--totp", "--no-browser"])).toMatchObject({ exit: 0 });
    expect(await kunji(["login", "zebu", "--totp", "--no-browser"])).toMatchObject({ exit: 2 });
  });
});

describe("ready users", () => {
  it("is taken by name, and a name that is none is refused with where to look", async () => {
    const at = await rig();
    const { users } = await presetOf(at, "zebu");
    const other = users.at(-1)?.username ?? "";
    expect((await at.kunji(["login", "zebu", "--no-browser", "--user", other])).stdout).toContain(
      `as ${other}.`,
    );
    const none = await at.kunji(["login", "zebu", "--no-browser", "--user", "nobody"]);
    expect(none).toMatchObject({ exit: 2 });
    expect(none.stderr).toContain("kunji sandbox users zebu");
  });

  it("exist in the sandbox only", async () => {
    const { kunji } = await rig();
    const keys = { clientId: "ABC", secret: "123", redirectUri: "http://127.0.0.1:4702/callback/zebu" };
    await kunji(["app", "set", "zebu", "--env", "live", "--stdin-json"], { stdin: JSON.stringify(keys) });
    const live = await kunji(["login", "zebu", "--env", "live", "--no-browser"]);
    expect(live).toMatchObject({ exit: 2 });
    expect(live.stderr).toContain("sandbox only");
  });

  it("get the broker's refusal as a sentence", async () => {
    const { kunji } = await rig();
    const locked = await kunji(["login", "zebu", "--no-browser", "--user", "ZP0225"]);
    expect(locked).toMatchObject({ exit: 5 });
    expect(locked.stderr).toContain("locked");
  });
});
