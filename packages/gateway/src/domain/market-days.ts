/** The markets that the brokers trade at: NSE, and the exchanges of the United States. */
export type Market = "NSE" | "US";

/** When a market trades, as data. Days are `YYYY-MM-DD` and times `HH:mm`, both on the market's own clock. */
export interface MarketDays {
  /** A zone of the tz database. */
  readonly timeZone: string;
  readonly open: string;
  readonly close: string;
  /** The first and the last day whose holidays are known. Outside of them every Monday to Friday counts as open. */
  readonly knownFrom: string;
  readonly knownTo: string;
  /** Mondays to Fridays without trading, with the occasion. */
  readonly closed: Readonly<Record<string, string>>;
  /** Days with other hours, opening and closing; a Saturday or Sunday trades only if it is here. */
  readonly hours: Readonly<Record<string, readonly [open: string, close: string]>>;
}

/** The country of a broker, and its market. */
export const marketOf = { IN: "NSE", US: "US" } as const satisfies Record<string, Market>;

/**
 * The days that are known to this version. The exchanges' circulars are the authority and come at short notice: an
 * operator who reads one puts a file in the place of this.
 *
 * NSE: its list for 2026 as the press has it, with two circulars of January 2026 (closed on the 15th for an election,
 * open on Sunday 1 February for the budget). The hour of trade on the evening of 8 November 2026 (Muhurat) is missing:
 * its circular was not at hand. So is all of 2027.
 * US: the NYSE's announcement of 23 December 2025; other exchanges of the country keep the same days.
 * @see https://www.nseindia.com/resources/exchange-communication-holidays
 * @see https://www.nyse.com/markets/hours-calendars
 */
export const marketDays: Readonly<Record<Market, MarketDays>> = {
  NSE: {
    timeZone: "Asia/Kolkata",
    open: "09:15",
    close: "15:30",
    knownFrom: "2026-01-01",
    knownTo: "2026-12-31",
    closed: {
      "2026-01-15": "Municipal elections in Maharashtra",
      "2026-01-26": "Republic Day",
      "2026-03-03": "Holi",
      "2026-03-26": "Ram Navami",
      "2026-03-31": "Mahavir Jayanti",
      "2026-04-03": "Good Friday",
      "2026-04-14": "Ambedkar Jayanti",
      "2026-05-01": "Maharashtra Day",
      "2026-05-28": "Bakri Id",
      "2026-06-26": "Muharram",
      "2026-09-14": "Ganesh Chaturthi",
      "2026-10-02": "Gandhi Jayanti",
      "2026-10-20": "Dussehra",
      "2026-11-10": "Diwali Balipratipada",
      "2026-11-24": "Guru Nanak Jayanti",
      "2026-12-25": "Christmas",
    },
    hours: { "2026-02-01": ["09:15", "15:30"] },
  },
  US: {
    timeZone: "America/New_York",
    open: "09:30",
    close: "16:00",
    knownFrom: "2026-01-01",
    knownTo: "2027-12-31",
    closed: {
      "2026-01-01": "New Year's Day",
      "2026-01-19": "Martin Luther King Jr. Day",
      "2026-02-16": "Washington's Birthday",
      "2026-04-03": "Good Friday",
      "2026-05-25": "Memorial Day",
      "2026-06-19": "Juneteenth",
      "2026-07-03": "Independence Day",
      "2026-09-07": "Labor Day",
      "2026-11-26": "Thanksgiving Day",
      "2026-12-25": "Christmas Day",
      "2027-01-01": "New Year's Day",
      "2027-01-18": "Martin Luther King Jr. Day",
      "2027-02-15": "Washington's Birthday",
      "2027-03-26": "Good Friday",
      "2027-05-31": "Memorial Day",
      "2027-06-18": "Juneteenth",
      "2027-07-05": "Independence Day",
      "2027-09-06": "Labor Day",
      "2027-11-25": "Thanksgiving Day",
      "2027-12-24": "Christmas Day",
    },
    hours: {
      "2026-11-27": ["09:30", "13:00"],
      "2026-12-24": ["09:30", "13:00"],
      "2027-11-26": ["09:30", "13:00"],
    },
  },
};
