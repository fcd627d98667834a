/** A market's days that can't be used, or a moment beyond all calendars. The message names a field, never a value. */
export class MarketDaysError extends Error {
  override readonly name = "MarketDaysError";
  readonly code: "market_days_invalid" | "moment_invalid";
  /** Where the flaw is, such as `NSE.closed, entry 3`. */
  readonly field: string;

  constructor(code: MarketDaysError["code"], field: string, sentence: string) {
    super(`${field}: ${sentence}`);
    this.code = code;
    this.field = field;
  }
}
