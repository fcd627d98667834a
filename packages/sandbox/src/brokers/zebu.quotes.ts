interface Instrument {
  readonly exch: string;
  readonly token: string;
  readonly tsym: string;
  readonly cname: string;
  readonly isin: string;
  /** Rupees. */
  readonly price: number;
}

const instruments: readonly Instrument[] = [
  {
    exch: "NSE",
    token: "2885",
    tsym: "RELIANCE-EQ",
    cname: "RELIANCE INDUSTRIES LTD",
    isin: "INE002A01018",
    price: 2456.3,
  },
  {
    exch: "NSE",
    token: "1594",
    tsym: "INFY-EQ",
    cname: "INFOSYS LIMITED",
    isin: "INE009A01021",
    price: 1502.1,
  },
  {
    exch: "NSE",
    token: "11536",
    tsym: "TCS-EQ",
    cname: "TATA CONSULTANCY SERV LT",
    isin: "INE467B01029",
    price: 3318.75,
  },
  {
    exch: "NSE",
    token: "3045",
    tsym: "SBIN-EQ",
    cname: "STATE BANK OF INDIA",
    isin: "INE062A01020",
    price: 812.4,
  },
  {
    exch: "BSE",
    token: "500325",
    tsym: "RELIANCE",
    cname: "RELIANCE INDUSTRIES LTD",
    isin: "INE002A01018",
    price: 2456.05,
  },
];

const LEVELS = [1, 2, 3, 4, 5];

/** Five levels of the book, by the prefix of their names. */
const levels = (prefix: string, value: (level: number) => number | string): Record<string, string> =>
  Object.fromEntries(LEVELS.map((level) => [`${prefix}${level}`, String(value(level))]));

/** A quote without its time and `stat`: every value is a text. `undefined` for an instrument that is not there. */
export function quote(exch: string, token: string): Readonly<Record<string, string>> | undefined {
  const one = instruments.find((each) => each.exch === exch && each.token === token);
  if (!one) return undefined;
  const rupees = (offset: number): string => (one.price + offset).toFixed(2);
  return {
    exch,
    tsym: one.tsym,
    cname: one.cname,
    symname: one.tsym.replace("-EQ", ""),
    seg: "EQT",
    instname: "EQ",
    isin: one.isin,
    pp: "2",
    ls: "1",
    ti: "0.05",
    mult: "1",
    uc: (one.price * 1.1).toFixed(2),
    lc: (one.price * 0.9).toFixed(2),
    token,
    lp: rupees(0),
    o: rupees(-6.3),
    h: rupees(9.2),
    l: rupees(-11.4),
    v: "4821755",
    ap: rupees(-1.15),
    ltq: "10",
    ltt: "15:29:58",
    ...levels("bp", (level) => rupees(-0.05 * level)),
    ...levels("sp", (level) => rupees(0.05 * level)),
    ...levels("bq", (level) => level * 40),
    ...levels("sq", (level) => level * 35),
  };
}
