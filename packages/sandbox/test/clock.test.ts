import { describe, expect, it } from "vitest";
import { parseDuration } from "../src/duration.js";
import { parseMoment } from "../src/moment.js";
import { rig, start } from "./support/rig.js";

const path = "/_sandbox/clock";

describe("the clock", () => {
  it("follows the clock on the wall until it is moved", async () => {
    let wall = start;
    const { get } = await rig({ now: () => wall });
    expect((await get(path)).body).toEqual({
      now: start,
      iso: "2026-11-21T12:30:00.000Z",
      india: "2026-11-21T18:00:00.000+05:30",
      mode: "follow",
    });
    wall += 1_000;
    expect((await get(path)).body.now).toBe(start + 1_000);
  });

  it("ticks on from where it was put, forwards and backwards, until it follows again", async () => {
    let wall = start;
    const { get, post } = await rig({ now: () => wall });
    expect((await post(path, { advance: "8h1m" })).body).toMatchObject({
      now: start + 28_860_000,
      mode: "offset",
    });
    wall += 500;
    expect((await get(path)).body.now).toBe(start + 28_860_500);
    expect((await post(path, { advance: "-1d" })).body.now).toBe(start + 28_860_500 - 86_400_000);
    expect((await post(path, { now: "2026-11-23T00:29:59+05:30" })).body.india).toBe(
      "2026-11-23T00:29:59.000+05:30",
    );
    expect((await post(path, { now: 0 })).body.iso).toBe("1970-01-01T00:00:00.000Z");
    expect((await post(path, { follow: true })).body).toMatchObject({ now: wall, mode: "follow" });
  });

  it("stands still when frozen, also when it is then advanced, until it is let go", async () => {
    let wall = start;
    const { get, post } = await rig({ now: () => wall });
    await post(path, { advance: "1h", frozen: true });
    wall += 5_000;
    expect((await get(path)).body).toMatchObject({ now: start + 3_600_000, mode: "frozen" });
    await post(path, { advance: "1s" });
    wall += 5_000;
    expect((await get(path)).body.now).toBe(start + 3_601_000);
    await post(path, { frozen: false });
    wall += 5_000;
    expect((await get(path)).body).toMatchObject({ now: start + 3_606_000, mode: "offset" });
  });

  it.each([
    ["{}", {}],
    ["two ways at once", { advance: "1h", follow: true }],
    ["a length without a unit", { advance: "90" }],
    ["a time without a zone", { now: "2026-11-23T00:29:59" }],
    ["a day that does not exist", { now: "2026-02-30T00:00:00Z" }],
    ["the year 10000", { now: 253_402_300_800_000 }],
    ["follow: false", { follow: false }],
    ["an unknown word", { advance: "1h", forward: true }],
    ["no JSON", "{"],
    ["a list", "[]"],
  ])("refuses %s, says what to send, and stays where it is", async (_, body) => {
    const { get, post } = await rig();
    const refused = await post(path, body);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatch(/^bad_(clock|json)$/);
    expect(String(refused.body.message)).toMatch(/Send one/);
    expect((await get(path)).body).toMatchObject({ now: start, mode: "follow" });
    expect((await post(path, { advance: "1h" })).status).toBe(200);
  });

  it("moves what expires by it: a Zebu token is dead an hour later", async () => {
    const { post, quote, zebuToken } = await rig();
    const token = await zebuToken();
    expect(await (await quote(token)).json()).toMatchObject({ stat: "Ok" });
    await post(path, { advance: "1h1s" });
    expect(await (await quote(token)).json()).toMatchObject({ stat: "Not_Ok" });
    await post(path, { advance: "-2s" });
    expect(await (await quote(token)).json()).toMatchObject({ stat: "Ok" });
  });
});

describe("reading times", () => {
  it("reads lengths of time in d, h, m, s and ms, and nothing else", () => {
    expect(parseDuration("1d2h3m4s5ms")).toBe(93_784_005);
    expect(parseDuration("-250ms")).toBe(-250);
    for (const bad of ["", "-", "1", "h", "1.5h", "1 h", "1w", "1H"])
      expect(parseDuration(bad)).toBeUndefined();
  });

  it("reads moments with a zone, or ms since 1970, and nothing else", () => {
    expect(parseMoment("2026-11-23T00:29:59+05:30")).toBe(Date.parse("2026-11-22T18:59:59Z"));
    expect(parseMoment("2028-02-29T00:00:00.5Z")).toBe(Date.parse("2028-02-29T00:00:00.500Z"));
    expect(parseMoment(5)).toBe(5);
    for (const bad of ["2026-11-23", "2026-02-29T00:00Z", "23 Nov 2026", -1, 0.5, null]) {
      expect(parseMoment(bad)).toBeUndefined();
    }
  });
});
