import { describe, expect, it } from "vitest";
import { currentCode } from "../src/index.js";
import { inkOn } from "../src/pages/style.js";
import { type Form, firstForm, formsOf } from "./support/form.js";
import { type Rig, rig, start } from "./support/rig.js";

const zebuLogin = "/zebu/OAuthlogin/authorize/oauth?client_id=ABC";
const venturaLogin = "/ventura/auth/v1/login?app_key=7LgeAMyKQgWL6ErlU1wm";

const submit = ({ origin }: Rig, { action }: Form, fields: URLSearchParams): Promise<Response> =>
  fetch(new URL(action, origin), { method: "POST", body: fields, redirect: "manual" });

/** Fills in a page's first form and sends it, as a person would. */
async function logIn(
  made: Rig,
  url: string,
  user: { username: string; password: string; totpSecret: string },
) {
  const form = firstForm(await (await made.send("GET", url)).text());
  form.fields.set("username", user.username);
  form.fields.set("password", user.password);
  form.fields.set("otp", currentCode(user.totpSecret, start));
  return submit(made, form, form.fields);
}

/** Presses the first button of a consent page. */
async function consent(made: Rig, page: Response, press = 0): Promise<Response> {
  const form = firstForm(await page.text());
  form.fields.append(...(form.buttons[press] as [string, string]));
  return submit(made, form, form.fields);
}

/** Each redirect broker's login URL for the CLI's app. */
async function loginUrls(made: Rig): Promise<Record<string, string>> {
  const all = await made.presets();
  const { vendor, pwd, api_key } = all.nuvama!.app as Record<string, string>;
  const answer = await made.post(`/nuvama/edelmw-login/login/accounts/loginvendor/${vendor}`, { pwd });
  return {
    ventura: venturaLogin,
    nuvama: `/nuvama/login?${new URLSearchParams({ ordsrc: api_key!, ordsrctkn: String(answer.body.msg) })}`,
    zebu: zebuLogin,
    rmoney: `/rmoney/?${new URLSearchParams({ appcode: all.rmoney!.app.appcode! })}`,
  };
}

describe("the login page", () => {
  it.each(["ventura", "nuvama", "zebu", "rmoney"])(
    "of %s leads the first user back to the app",
    async (id) => {
      const made = await rig();
      const { app, users } = (await made.presets())[id]!;
      let page = await logIn(made, (await loginUrls(made))[id]!, users[0]!);
      if (page.status === 200) page = await consent(made, page);
      expect(page.status).toBe(303);
      const to = page.headers.get("location") ?? "";
      expect(to.startsWith(`${app.redirect_url}?`)).toBe(true);
      expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    },
  );

  it("is plain HTML: fields with labels, a banner, no script, nothing from elsewhere", async () => {
    const { send } = await rig();
    const answer = await send("GET", zebuLogin);
    const page = await answer.text();
    const form = firstForm(page);
    expect([...form.fields.keys()]).toEqual(["client_id", "username", "password", "otp"]);
    for (const name of ["username", "password", "otp"]) expect(page).toContain(`<label for="${name}">`);
    expect(page).toContain("<strong>Kunji sandbox</strong>, not Zebu MYNT");
    expect(page).not.toMatch(/<script|style=|\son\w+=|https?:\/\//i);
    expect(answer.headers.get("content-security-policy")).toMatch(
      /default-src 'none'; style-src 'self'; .*base-uri 'none'; frame-ancestors 'none'/,
    );
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  it("offers each ready user, whom one press logs in, also from a page left open", async () => {
    let wall = start;
    const made = await rig({ now: () => wall });
    const { users } = (await made.presets()).ventura!;
    const page = await (await made.send("GET", venturaLogin)).text();
    const [, ...ready] = formsOf(page);
    expect(ready.map(({ fields }) => fields.get("username"))).toEqual(users.map(({ username }) => username));
    expect(ready[0]!.fields.get("otp")).toBe(users[0]!.totp);
    for (const { about } of users) expect(page).toContain(about);
    wall += 600_000;
    expect((await submit(made, ready[0]!, ready[0]!.fields)).status).toBe(303);
  });

  it.each([
    ["a wrong password", { password: "nope" }, "The password is wrong."],
    ["a wrong code", { otp: "000000" }, "The six-digit code is wrong or too old."],
    ["no code", { otp: "" }, "The six-digit code is wrong or too old."],
    ["an unknown user", { username: "<b>nobody" }, "There is no user of this name."],
  ])("stays, with a sentence, after %s", async (_, flaw, sentence) => {
    const made = await rig();
    const [user] = (await made.presets()).ventura!.users;
    const form = firstForm(await (await made.send("GET", `${venturaLogin}&state=s`)).text());
    const fields = (over: object) => {
      const all = new URLSearchParams(form.fields);
      for (const [name, value] of Object.entries({ ...user!, otp: user!.totp, ...over }))
        all.set(name, value);
      return all;
    };
    const refused = await submit(made, form, fields(flaw));
    const page = await refused.text();
    expect([refused.status, refused.headers.get("location")]).toEqual([401, null]);
    expect(page).toContain(sentence);
    expect(page).not.toContain("<b>nobody");
    expect(firstForm(page).fields.get("state")).toBe("s");
    expect((await submit(made, form, fields({}))).status).toBe(303);
  });

  it("lets nobody in whose password is always wrong or whose account is locked", async () => {
    const made = await rig();
    const { users } = (await made.presets()).zebu!;
    for (const [about, sentence] of [
      ["wrong password", "The password is wrong"],
      ["locked", "is locked"],
    ]) {
      const user = users.find((each) => each.about.includes(about!))!;
      const refused = await logIn(made, zebuLogin, user);
      expect(refused.status).toBe(401);
      expect(await refused.text()).toContain(sentence);
    }
  });

  it("shows a sentence and no form for a login URL that leads nowhere", async () => {
    const { send } = await rig();
    const refused = await send("GET", "/zebu/OAuthlogin/authorize/oauth?client_id=nobody");
    const page = await refused.text();
    expect(refused.status).toBe(400);
    expect(formsOf(page)).toEqual([]);
    expect(page).toContain("This login can&#39;t begin");
  });

  it.each([
    ["unicode and reserved characters", "ünïcødé 🔑 &=+%20#?/\"'<>"],
    ["2 kB", "aZ9-_.~".repeat(300).slice(0, 2_048)],
    ["line ends and NULs", "a\nb\r\nc\rd\u0000e\tf"],
    ["blanks at both ends", "  x  "],
  ])("carries a state of %s unchanged through its forms", async (_, state) => {
    const made = await rig();
    const [user] = (await made.presets()).ventura!.users;
    const url = `${venturaLogin}&${new URLSearchParams({ state })}`;
    const back = await logIn(made, url, user!);
    expect(new URL(back.headers.get("location")!).searchParams.get("state")).toBe(state);
  });
});

describe("the consent page", () => {
  it("goes on with its first button and declines with its second", async () => {
    const made = await rig();
    const [user] = (await made.presets()).zebu!.users;
    const code = async (press: number) => {
      const back = await consent(made, await logIn(made, zebuLogin, user!), press);
      expect(back.status).toBe(303);
      return new URL(back.headers.get("location")!).searchParams.get("code");
    };
    expect(await code(0)).toBeTruthy();
    expect(await code(1)).toBeNull();
  });

  it("works once, for ten minutes, at its own broker, for who logged in", async () => {
    const made = await rig();
    const [user] = (await made.presets()).zebu!.users;
    const ask = async () => firstForm(await (await logIn(made, zebuLogin, user!)).text());
    const press = (form: Form, more: Record<string, string> = {}) =>
      submit(made, form, new URLSearchParams([...form.fields, ["consent", "yes"], ...Object.entries(more)]));

    const once = await ask();
    expect((await press(once, { username: "ZP0447" })).status).toBe(303);
    expect(made.sandbox.world.grants("zebu").map(({ username }) => username)).toEqual(["ZP0001"]);
    expect((await press(once)).status).toBe(400);

    const late = await ask();
    await made.post("/_sandbox/clock", { advance: "10m1s", frozen: true });
    expect((await press(late)).status).toBe(400);
    const inTime = await ask();
    await made.post("/_sandbox/clock", { advance: "10m" });
    expect((await press(inTime)).status).toBe(303);

    const elsewhere = await ask();
    expect((await press({ ...elsewhere, action: "/nuvama/login" })).status).toBe(400);
    expect(
      (await press({ ...elsewhere, fields: new URLSearchParams({ pending: "0".repeat(32) }) })).status,
    ).toBe(400);
    expect((await press(elsewhere)).status).toBe(303);
  });

  it("is asked at Nuvama the first time only", async () => {
    const made = await rig();
    const [user] = (await made.presets()).nuvama!.users;
    const url = (await loginUrls(made)).nuvama!;
    expect((await consent(made, await logIn(made, url, user!))).status).toBe(303);
    expect((await logIn(made, url, user!)).status).toBe(303);
    await made.post("/_sandbox/reset");
    const again = (await loginUrls(made)).nuvama!;
    expect((await logIn(made, again, user!)).status).toBe(200);
  });

  it("is not shown to the user who declines: the browser goes straight back", async () => {
    const made = await rig();
    const user = (await made.presets()).zebu!.users.find(({ username }) => username === "ZP0336")!;
    const back = await logIn(made, zebuLogin, user);
    expect(back.status).toBe(303);
    expect(new URL(back.headers.get("location")!).searchParams.has("code")).toBe(false);
  });
});

it("writes on a broker's colour in the ink that stands out more", () => {
  expect(inkOn("#ffffff")).toBe("#111111");
  expect(inkOn("#ffd400")).toBe("#111111");
  expect(inkOn("#0a1f44")).toBe("#ffffff");
});

describe("a locked account", () => {
  const locked = async (id: "nuvama" | "zebu", password?: string) => {
    const made = await rig();
    const user = (await made.presets())[id]!.users.find(({ about }) => about.includes("locked"))!;
    const url = (await loginUrls(made))[id]!;
    return logIn(made, url, { ...user, password: password ?? user.password });
  };

  it("comes back as a failed login where the broker tells the app", async () => {
    const { status, headers } = await locked("nuvama");
    expect(status).toBe(303);
    expect(new URL(headers.get("location") ?? "").searchParams.get("login_success")).toBe("fail");
  });

  it("stays on the page where the password is wrong, and where the broker tells nobody", async () => {
    expect((await locked("nuvama", "another")).status).toBe(401);
    expect((await locked("zebu")).status).toBe(401);
  });
});
