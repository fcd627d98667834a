import { describe, expect, it } from "vitest";
import { type Form, formsOf } from "../support/form.js";
import { openSession } from "../support/open-session.js";
import { type Rig, rig, start } from "../support/rig.js";

const home = "/_sandbox/";
const panel = "/_sandbox/panel";

/** Sends a form as a browser on the panel's own page does. */
function press({ origin }: Rig, path: string, fields: Record<string, string>): Promise<Response> {
  return fetch(origin + path, {
    method: "POST",
    redirect: "manual",
    headers: { "sec-fetch-site": "same-origin", origin },
    body: new URLSearchParams(fields),
  });
}

const page = async ({ send }: Rig, path: string): Promise<string> => (await send("GET", path)).text();
const buttonsOf = (text: string, name: string): string[] =>
  formsOf(text).flatMap(({ buttons }) => buttons.filter(([each]) => each === name).map(([, value]) => value));
const formTo = (text: string, has: string): Form => formsOf(text).find(({ fields }) => fields.has(has))!;

/** Where a form that went through leads to, and what that page says. */
async function noticeAfter(made: Rig, answer: Response): Promise<string> {
  expect(answer.status).toBe(303);
  const text = await page(made, answer.headers.get("location") ?? "");
  return /<p class="notice good" role="status">([^<]*)</.exec(text)?.[1] ?? "";
}

describe("the clock's form", () => {
  it("jumps to where each button says, and tells so", async () => {
    const made = await rig();
    const ids = buttonsOf(await page(made, home), "jump");
    expect(ids).toHaveLength(10);
    for (const [jump, india] of [
      ["before-002959", "2026-11-22T00:29:59.000+05:30"],
      ["nse-opens", "2026-11-23T09:15:00.000+05:30"],
      ["us-closes", "2026-11-24T02:30:00.000+05:30"],
      ["plus-8h", "2026-11-24T10:30:00.000+05:30"],
    ] as const) {
      expect(ids).toContain(jump);
      expect(await noticeAfter(made, await press(made, `${panel}/clock`, { jump }))).toBe(
        "The clock is set.",
      );
      expect((await made.get("/_sandbox/clock")).body).toMatchObject({ india, mode: "offset" });
    }
  });

  it("freezes, runs on from there, and goes back to real time", async () => {
    let wall = start;
    const made = await rig({ now: () => wall });
    const hands = async () => buttonsOf(await page(made, home), "hands");
    const clock = async () => (await made.get("/_sandbox/clock")).body;
    expect(await hands()).toEqual(["freeze", "follow"]);
    await press(made, `${panel}/clock`, { hands: "freeze" });
    wall += 5_000;
    expect(await clock()).toMatchObject({ now: start, mode: "frozen" });
    expect(await hands()).toEqual(["run", "follow"]);
    await press(made, `${panel}/clock`, { jump: "plus-1m" });
    expect(await clock()).toMatchObject({ now: start + 60_000, mode: "frozen" });
    await press(made, `${panel}/clock`, { hands: "run" });
    wall += 1_000;
    expect(await clock()).toMatchObject({ now: start + 61_000, mode: "offset" });
    await press(made, `${panel}/clock`, { hands: "follow" });
    expect(await clock()).toMatchObject({ now: wall, mode: "follow" });
  });

  it("goes to a typed moment on the chosen clock", async () => {
    const made = await rig();
    const form = formTo(await page(made, home), "at");
    expect(form.fields.get("at")).toBe("2026-11-21T18:00:00");
    const typed = { at: "2026-11-23T09:30:00", zone: "America/New_York" };
    expect((await press(made, form.action, typed)).status).toBe(303);
    expect((await made.get("/_sandbox/clock")).body.iso).toBe("2026-11-23T14:30:00.000Z");
  });

  it.each([
    ["2026-02-30T00:00", "Type a day and a time"],
    ['"><script>', "Type a day and a time"],
    ["1970-01-01T00:00", "from the year 1970"],
  ])("keeps %j on the page with a sentence, and the clock where it is", async (at, sentence) => {
    const made = await rig();
    const refused = await press(made, `${panel}/clock`, { at, zone: "Asia/Kolkata" });
    const text = await refused.text();
    expect(refused.status).toBe(400);
    expect(text).toContain(sentence);
    expect(formTo(text, "at").fields.get("at")).toBe(at);
    expect(text).not.toContain('"><script>');
    expect((await made.get("/_sandbox/clock")).body).toMatchObject({ now: start, mode: "follow" });
    expect((await press(made, `${panel}/clock`, { at: "2026-02-28T00:00", zone: "UTC" })).status).toBe(303);
  });
});

describe("the faults' form", () => {
  const path = `${panel}/faults`;
  const set = async (made: Rig) => (await made.get("/_sandbox/faults")).body.set as Record<string, unknown>[];

  it("sets a fault on a call, with its options, which falls and is told", async () => {
    const made = await rig();
    const where = "zebu /NorenWClientAPI/GenAcsTok";
    expect(await page(made, path)).toContain(`<option value="${where}">Token exchange: /NorenW`);
    const fields = { where, fault: "missing-field", times: "2", field: "access_token", delay: "" };
    expect(await noticeAfter(made, await press(made, path, fields))).toContain("The fault is set");
    expect(await set(made)).toMatchObject([
      {
        broker: "zebu",
        path: "/NorenWClientAPI/GenAcsTok",
        fault: "missing-field",
        times: 2,
        options: { field: "access_token" },
      },
    ]);
    expect(await (await made.exchange()).json()).not.toHaveProperty("access_token");
    expect(await page(made, `${panel}/ledger`)).toContain("fault: missing-field");
  });

  it("sets one on any call of a broker, clears one, then all", async () => {
    const made = await rig();
    for (const where of ["nuvama", "rmoney", "ventura"])
      expect((await press(made, path, { where, fault: "slow", times: "1", delay: "1s" })).status).toBe(303);
    const [, second] = await set(made);
    expect(second).toMatchObject({ broker: "rmoney", path: null, options: { delay: "1s" } });
    expect(buttonsOf(await page(made, path), "clear")).toEqual(["1", "2", "3", "all"]);
    await press(made, path, { clear: String(second!.id) });
    expect((await set(made)).map(({ broker }) => broker)).toEqual(["nuvama", "ventura"]);
    expect(await noticeAfter(made, await press(made, path, { clear: "2" }))).toContain("over already");
    await press(made, path, { clear: "all" });
    expect(await set(made)).toEqual([]);
  });

  it.each([
    [{ where: "zebu", fault: "slow", times: "0" }, "whole number"],
    [{ where: "zebu", fault: "slow", times: "1", delay: "<5>" }, "300ms"],
    [{ where: "zebu", fault: "none", times: "1" }, "no such fault"],
    [{ where: "kite", fault: "slow", times: "1" }, "no such broker"],
    [{ where: "zebu /login", fault: "slow", times: "1" }, "no such call"],
    [{ where: "nuvama", fault: "spent-code", times: "1" }, "no one-time code"],
  ])("refuses %j with a sentence, keeps what was typed, and sets nothing", async (fields, sentence) => {
    const made = await rig();
    const refused = await press(made, path, fields);
    const text = await refused.text();
    expect(refused.status).toBe(400);
    expect(/role="alert">([^<]*)</.exec(text)?.[1]).toContain(sentence);
    expect(formTo(text, "times").fields.get("times")).toBe(fields.times);
    expect(formTo(text, "times").fields.get("delay")).toBe("delay" in fields ? fields.delay : "");
    expect(await set(made)).toEqual([]);
  });
});

describe("the sessions' form", () => {
  const path = `${panel}/sessions`;

  it("ends one session, whose next call is refused, and leaves the others", async () => {
    const made = await rig();
    const [zebu, rmoney] = [await openSession(made, "zebu"), await openSession(made, "rmoney")];
    const [first, ...others] = buttonsOf(await page(made, `${path}?broker=zebu`), "end");
    expect(others).toEqual([]);
    expect(await zebu()).toBe(true);
    expect(await noticeAfter(made, await press(made, path, { end: first! }))).toContain("session is ended");
    expect([await zebu(), await rmoney()]).toEqual([false, true]);
    expect(await noticeAfter(made, await press(made, path, { end: first! }))).toContain("over already");
  });

  it("ends all of a broker, the vendor's too", async () => {
    const made = await rig();
    const [nuvama, zebu] = [await openSession(made, "nuvama"), await openSession(made, "zebu")];
    expect(buttonsOf(await page(made, path), "end_all")).toEqual(["nuvama", "zebu"]);
    await press(made, path, { end_all: "nuvama" });
    expect(made.sandbox.world.sessions("nuvama")).toEqual([]);
    expect([await nuvama(), await zebu()]).toEqual([false, true]);
  });
});

it("starts over by its own button", async () => {
  const made = await rig();
  await made.post("/_sandbox/clock", { advance: "1h" });
  await made.post("/_sandbox/faults", { broker: "zebu", fault: "slow" });
  const form = formsOf(await page(made, home)).find(({ action }) => action.endsWith("/reset"))!;
  expect(await noticeAfter(made, await press(made, form.action, {}))).toContain("back to the presets");
  expect((await made.get("/_sandbox/clock")).body.mode).toBe("follow");
  expect((await made.get("/_sandbox/faults")).body.set).toEqual([]);
});

it("says nothing but its own sentences after a form", async () => {
  const made = await rig();
  for (const code of ["<b>x", "__proto__", "constructor", ""])
    expect(await page(made, `${home}?done=${encodeURIComponent(code)}`)).not.toContain('class="notice');
  expect(await page(made, `${home}?done=clock`)).toContain('class="notice good"');
});
