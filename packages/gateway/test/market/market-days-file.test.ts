import { describe, expect, it } from "vitest";
import { createMarketCalendar } from "../../src/domain/market-calendar.js";
import { marketDays } from "../../src/domain/market-days.js";
import { readMarketDays } from "../../src/domain/market-days-file.js";

const nse = {
  timeZone: "Asia/Kolkata",
  open: "09:15",
  close: "15:30",
  knownFrom: "2027-01-01",
  knownTo: "2027-12-31",
  closed: { "2027-01-26": "Republic Day" },
  hours: { "2027-10-29": ["18:00", "19:00"] },
};
const fileOf = (change: object) => JSON.stringify({ NSE: { ...nse, ...change } });
const { open: _, ...withoutOpen } = nse;

describe("an operator's market days", () => {
  it("take the place of one market, and leave the other", () => {
    const days = readMarketDays(JSON.stringify({ NSE: nse }));
    expect(days).toEqual({ NSE: nse, US: marketDays.US });
    const calendar = createMarketCalendar(days.NSE);
    expect(calendar.isOpen(Date.parse("2027-01-26T10:00:00+05:30"))).toEqual({
      open: false,
      holidaysKnown: true,
    });
    expect(calendar.isOpen(Date.parse("2027-10-29T18:30:00+05:30"))).toEqual({
      open: true,
      holidaysKnown: true,
    });
    expect(calendar.isOpen(Date.parse("2027-10-29T10:00:00+05:30"))).toEqual({
      open: false,
      holidaysKnown: true,
    });
  });

  it("have the form of the built-in ones", () => {
    expect(readMarketDays(JSON.stringify(marketDays))).toEqual(marketDays);
  });

  it.each([
    ["no JSON", "file", "{NSE:", fileOf({})],
    ["a list", "file", "[]", fileOf({})],
    ["null", "file", "null", fileOf({})],
    ["no market", "file", "{}", fileOf({})],
    ["a market that there is not", "file", JSON.stringify({ LSE: nse }), JSON.stringify({ US: nse })],
    ["a market of an inherited name", "file", '{"toString":{}}', fileOf({})],
    ["a field too few", "NSE.open", JSON.stringify({ NSE: withoutOpen }), fileOf({})],
    ["a field too many", "NSE", fileOf({ opens: "09:15" }), fileOf({ open: "09:15" })],
    [
      "a zone that there is not",
      "NSE.timeZone",
      fileOf({ timeZone: "Asia/Bombai" }),
      fileOf({ timeZone: "UTC" }),
    ],
    ["a zone that is no text", "NSE.timeZone", fileOf({ timeZone: null }), fileOf({ timeZone: "UTC" })],
    ["an hour that there is not", "NSE.open", fileOf({ open: "24:00" }), fileOf({ open: "00:00" })],
    ["an hour of one digit", "NSE.open", fileOf({ open: "9:15" }), fileOf({ open: "09:15" })],
    ["a closing before the opening", "NSE.open", fileOf({ close: "09:15" }), fileOf({ close: "09:16" })],
    [
      "a range backwards",
      "NSE.knownTo",
      fileOf({ knownTo: "2026-12-31" }),
      fileOf({ knownTo: "2028-12-31" }),
    ],
    [
      "a day that there is not",
      "NSE.closed, entry 2",
      fileOf({ closed: { "2027-01-26": "a", "2027-02-29": "b" } }),
      fileOf({ closed: { "2027-01-26": "a", "2027-02-28": "b" } }),
    ],
    [
      "a day outside of the range",
      "NSE.closed, entry 1",
      fileOf({ closed: { "2028-01-01": "a" } }),
      fileOf({ closed: { "2027-01-01": "a" } }),
    ],
    [
      "a day before the range",
      "NSE.closed, entry 1",
      fileOf({ closed: { "2026-12-31": "a" } }),
      fileOf({ closed: { "2027-12-31": "a" } }),
    ],
    [
      "hours of three times",
      "NSE.hours, entry 1",
      fileOf({ hours: { "2027-10-29": ["18:00", "19:00", "20:00"] } }),
      fileOf({ hours: { "2027-10-29": ["18:00", "20:00"] } }),
    ],
    [
      "a day spelled otherwise",
      "NSE.closed, entry 1",
      fileOf({ closed: { "26-01-2027": "a" } }),
      fileOf({ closed: { "2027-01-26": "a" } }),
    ],
    [
      "a holiday without an occasion",
      "NSE.closed, entry 1",
      fileOf({ closed: { "2027-01-26": true } }),
      fileOf({ closed: { "2027-01-26": "" } }),
    ],
    ["a list of holidays", "NSE.closed", fileOf({ closed: ["2027-01-26"] }), fileOf({ closed: {} })],
    [
      "hours of one time",
      "NSE.hours, entry 1",
      fileOf({ hours: { "2027-10-29": ["18:00"] } }),
      fileOf({ hours: { "2027-10-29": ["18:00", "19:00"] } }),
    ],
    [
      "hours backwards",
      "NSE.hours, entry 1",
      fileOf({ hours: { "2027-10-29": ["18:00", "17:00"] } }),
      fileOf({ hours: { "2027-10-29": ["17:00", "18:00"] } }),
    ],
    [
      "a day both closed and open",
      "NSE.hours, entry 1",
      fileOf({ hours: { "2027-01-26": ["18:00", "19:00"] } }),
      fileOf({ hours: { "2027-01-27": ["18:00", "19:00"] } }),
    ],
  ])("are refused with %s, and taken without the flaw", (_flaw, field, bad, good) => {
    const refused = { name: "MarketDaysError", code: "market_days_invalid", field };
    expect(() => readMarketDays(bad)).toThrow(expect.objectContaining(refused));
    expect(() => readMarketDays(good)).not.toThrow();
  });

  it("are refused without repeating what they hold", () => {
    const mark = "MARK-7f3a";
    for (const bad of [
      `{"${mark}`,
      JSON.stringify({ [mark]: nse }),
      fileOf({ [mark]: 1 }),
      fileOf({ timeZone: mark }),
      fileOf({ closed: { [mark]: "a" } }),
      fileOf({ hours: { "2027-10-29": [mark, mark] } }),
    ])
      expect(() => readMarketDays(bad)).toThrow(
        expect.objectContaining({ stack: expect.not.stringContaining(mark) }),
      );
  });
});
