import { describe, expect, it } from "vitest";
import { dayWindow, marketHours } from "../../src/flows/day-window.js";
import { daySvg, readinessPicture } from "../../src/http/pages/dashboard/readiness-picture.js";
import { dayOf, drawn, group, india, markets, session } from "./support/day.js";

const hour = 3_600_000;
const shown = (at: number) => new Date(at).toISOString();
const newYork = (text: string, offset = "-05:00"): number => Date.parse(`${text}${offset}`);
const svgOf = async (...given: Parameters<typeof dayOf>) => String(await daySvg(dayOf(...given)));

/** Noon in India on Monday, 16 November 2026: from 05:30 on, until New York closes on the next day but one of India's. */
const from = Date.parse("2026-11-16T00:00:00Z");
const until = Date.parse("2026-11-17T10:00:00Z");
const share = (at: number): number => Math.round(((at - from) / (until - from)) * 10_000) / 100;

describe("the stretch of a picture", () => {
  it("goes from six hours ago to the end of each market's next day of trade, in whole hours", () => {
    const now = india("2026-11-16T12:00:00");
    expect(dayWindow(markets, now)).toEqual({ from, until });
    expect(dayWindow(markets, now + 59 * 60_000).from).toBe(from + hour);
    // On Friday the next day of trade in India is Monday.
    const weekend = dayWindow(markets, india("2026-11-20T12:00:00"));
    expect(shown(weekend.until)).toBe(shown(india("2026-11-23T15:30:00")));
    // In the evening before an open both markets' days lie within a day.
    const evening = india("2026-11-16T08:00:00");
    expect(dayWindow(markets, evening).until).toBe(india("2026-11-17T08:30:00"));
  });

  it("reaches to a moment that was asked for, but not for ever", () => {
    const now = india("2026-11-16T12:00:00");
    expect(dayWindow(markets, now, now + 60 * hour).until).toBeGreaterThanOrEqual(now + 62 * hour);
    expect(dayWindow(markets, now, now + 24 * 30 * hour)).toEqual(dayWindow(markets, now));
  });

  it("has the hours of both markets whole, and their holidays in words", () => {
    const now = india("2026-11-23T12:00:00");
    const [nse, us] = marketHours(markets, dayWindow(markets, now), now);
    expect(nse?.sessions.map(({ open, close }) => [shown(open), shown(close)])).toEqual([
      ["2026-11-23T03:45:00.000Z", "2026-11-23T10:00:00.000Z"],
      ["2026-11-25T03:45:00.000Z", "2026-11-25T10:00:00.000Z"],
    ]);
    expect(nse?.closures).toEqual([{ day: "2026-11-24", occasion: "Guru Nanak Jayanti" }]);
    expect([nse?.open, us?.open, nse?.holidaysKnown]).toEqual([true, false, true]);
    const later = india("2026-12-31T12:00:00");
    const [unknown, known] = marketHours(markets, dayWindow(markets, later), later);
    expect([unknown?.holidaysKnown, known?.holidaysKnown]).toEqual([false, true]);
  });

  it("shows an early closing, and New York's hours where its clock has changed", () => {
    const hours = (at: number) =>
      marketHours(markets, dayWindow(markets, at), at)[1]?.sessions.map(({ open, close }) => [open, close]);
    expect(hours(india("2026-11-27T12:00:00"))?.[0]).toEqual([
      newYork("2026-11-27T09:30:00"),
      newYork("2026-11-27T13:00:00"),
    ]);
    expect(hours(india("2026-03-07T12:00:00"))?.at(-1)).toEqual([
      newYork("2026-03-09T09:30:00", "-04:00"),
      newYork("2026-03-09T16:00:00", "-04:00"),
    ]);
    expect(hours(india("2026-10-31T12:00:00"))?.at(-1)).toEqual([
      newYork("2026-11-02T09:30:00"),
      newYork("2026-11-02T16:00:00"),
    ]);
  });
});

describe("the picture", () => {
  it("draws a session from its login to its end, where the broker's daily end is marked", async () => {
    const svg = await svgOf([session()]);
    const [bar] = drawn(svg, "rect", "run lives");
    const begin = share(india("2026-11-16T09:00:00"));
    const end = share(india("2026-11-17T00:30:00"));
    expect(bar?.x).toBe(`${begin}%`);
    expect(Number.parseFloat(bar?.width ?? "")).toBeCloseTo(end - begin, 2);
    const [, lines = ""] = /<g class="cut-offs">([\s\S]*?)<\/g>/.exec(svg) ?? [];
    expect(drawn(lines, "line").map(({ x1 }) => x1)).toEqual([`${end}%`]);
    expect(lines).toContain(">00:30 Nuvama</text>");
    expect(svg).toContain(">until Tue 00:30</text>");
    expect(drawn(svg, "line", "now")[0]?.x1).toBe(`${share(india("2026-11-16T12:00:00"))}%`);
  });

  it("draws the markets' hours as bands with their names", async () => {
    const svg = await svgOf([]);
    const bands = drawn(svg, "rect").filter(({ class: name, rx }) => name === undefined && rx === undefined);
    expect(bands.map(({ x }) => x)).toEqual(
      [india("2026-11-16T09:15:00"), india("2026-11-17T09:15:00"), newYork("2026-11-16T09:30:00")].map(
        (open) => `${share(open)}%`,
      ),
    );
    expect(svg).toContain(">NSE 09:15–15:30</text>");
    expect(svg).toContain(">US 09:30–16:00</text>");
  });

  it("draws how far a broker renews a session in another way, and never to beyond the edge", async () => {
    const renewed = (renewedUntil: number) => session({ endsAt: india("2026-11-16T13:00:00"), renewedUntil });
    const capped = await svgOf([renewed(india("2026-11-16T23:00:00"))]);
    const [hatch] = drawn(capped, "rect", "run renewed");
    expect(hatch?.x).toBe(`${share(india("2026-11-16T13:00:00"))}%`);
    expect(hatch?.fill).toBe("url(#hatch)");
    expect(capped).toContain("renewed until 23:00");
    const endless = await svgOf([renewed(8_640_000_000_000_000)]);
    const [all] = drawn(endless, "rect", "run renewed");
    expect(Number.parseFloat(all?.x ?? "") + Number.parseFloat(all?.width ?? "")).toBeCloseTo(100, 1);
    expect(drawn(await svgOf([session()]), "rect", "run renewed")).toEqual([]);
  });

  it("writes on ground of its own, over the hatching and the line of now", async () => {
    const now = india("2026-11-16T12:00:00");
    const svg = await svgOf([
      session({ broker: "zebu", endsAt: now + hour, renewedUntil: 8_640_000_000_000_000 }),
    ]);
    const [ground] = drawn(svg, "rect", "ground");
    const [place] = /<text x="([^"]+)"[^>]*>renewed by itself/.exec(svg)?.slice(1) ?? [];
    expect(ground?.x).toBe(place);
    const order = ['class="run renewed"', '<line class="now"', 'class="ground"', ">renewed by itself<"];
    expect(order.map((part) => svg.indexOf(part)).toSorted((a, b) => a - b)).toEqual(
      order.map((part) => svg.indexOf(part)),
    );
    expect(order.every((part) => svg.includes(part))).toBe(true);
  });

  it("lets a bar whose end nobody knows fade from now on", async () => {
    const svg = await svgOf([session({ endsAt: null })]);
    expect(drawn(svg, "rect", "run fades")[0]?.x).toBe(drawn(svg, "line", "now")[0]?.x1);
    expect(svg).toContain("end unknown");
  });

  it("marks a session that is over where it fell, and one that fell long ago by its words alone", async () => {
    const fallen = session({ status: "login_needed", endsAt: null, overAt: india("2026-11-16T10:30:00") });
    const svg = await svgOf([fallen]);
    const [bar] = drawn(svg, "rect", "run over");
    expect(Number.parseFloat(bar?.x ?? "") + Number.parseFloat(bar?.width ?? "")).toBeCloseTo(
      share(india("2026-11-16T10:30:00")),
      1,
    );
    expect(svg).toContain("out since 10:30");
    expect(drawn(svg, "svg", "cross")).toHaveLength(1);
    const old = await svgOf([{ ...fallen, overAt: india("2026-11-14T00:30:00") }]);
    expect(drawn(old, "svg", "cross")).toEqual([]);
    expect(drawn(old, "rect", "run over")).toEqual([]);
    expect(old).toContain("out since Sat 00:30");
  });

  it("names New York's clock beside an end that is told by it", async () => {
    const svg = await svgOf([session({ broker: "autoshares", endsAt: newYork("2026-11-16T20:00:00") })]);
    expect(svg).toContain("until 20:00 New York");
  });

  it("draws groups to where their ends begin, and lighter to where they end, with their count", async () => {
    const groups = [group(), group({ broker: "zebu", count: 1_000, more: true, renewed: true })];
    const svg = await svgOf({ kind: "groups", groups, endless: 3 });
    const [alive] = drawn(svg, "rect", "run lives");
    const [ends] = drawn(svg, "rect", "run ends");
    expect([alive?.x, ends?.x]).toEqual(["0%", `${share(india("2026-11-17T00:30:00"))}%`]);
    expect(alive?.width).toBe(ends?.x);
    expect(Number.parseFloat(ends?.width ?? "")).toBeCloseTo(share(from + hour / 2) - share(from), 1);
    expect(drawn(svg, "rect", "run ends")).toHaveLength(2);
    expect(drawn(svg, "rect", "run renewed")).toHaveLength(1);
    expect(svg).toContain("812 until Tue 00:30–01:00");
    expect(svg).toContain("1,000+ until");
    const names = String(await readinessPicture(dayOf({ kind: "groups", groups, endless: 3 })));
    expect(names).toContain("812 connections");
    expect(names).toContain("/connections?status=active&amp;broker=zebu");
    expect(names).toContain("3 connections");
  });

  it("stands a row high for each, names beside bars, and says how many it leaves out", async () => {
    const sessions = [1, 2, 3, 4].map((n) => session({ id: `con_${n}`, user: `user ${n}` }));
    const height = async (count: number) => {
      const [svg] = drawn(await svgOf(sessions.slice(0, count)), "svg", "day-svg");
      return Number(svg?.height);
    };
    expect((await height(3)) - (await height(2))).toBe(36);
    expect(await height(0)).toBe(await height(1));
    const small = String(await readinessPicture(dayOf(sessions), 3));
    expect(drawn(small, "rect", "run lives")).toHaveLength(4);
    expect(small).toContain("user 3");
    expect(small).not.toContain("user 4");
    expect(small).toContain("And 1 more");
  });

  it("lets no name out of its place", async () => {
    const text = String(await readinessPicture(dayOf([session({ user: '<b>"&' })])));
    expect(text).not.toContain("<b>");
    expect(text).toContain("&lt;b&gt;&quot;&amp;");
  });

  it("writes the moment that was asked for on both clocks", async () => {
    const svg = await svgOf([session()], { chosen: india("2026-11-17T09:15:00") });
    expect(drawn(svg, "line", "asked")[0]?.x1).toBe(`${share(india("2026-11-17T09:15:00"))}%`);
    expect(svg.match(/class="asked"[^>]*>[^<]*/g)).toEqual([
      expect.stringMatching(/>09:15$/),
      expect.stringMatching(/>22:45$/),
      expect.anything(),
    ]);
  });
});
