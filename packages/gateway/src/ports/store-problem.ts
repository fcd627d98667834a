/** Every failure of the store, with whether the same call may succeed later without anybody's doing. */
const codes = {
  store_url_invalid: { later: false },
  store_file_unusable: { later: false },
  store_in_use: { later: false },
  store_not_empty: { later: false },
  store_newer: { later: false },
  store_older: { later: false },
  store_too_old: { later: false },
  store_unreachable: { later: true },
  store_busy: { later: true },
  store_failed: { later: false },
} as const;

export type StoreProblemCode = keyof typeof codes;

/**
 * A failure of the store. `message` is a sentence of our own: neither the driver's words nor its error are
 * kept, since they may hold a password or a value of the statement.
 */
export class StoreProblem extends Error {
  override readonly name = "StoreProblem";
  readonly code: StoreProblemCode;
  /** The database's own short code, `23505` or `SQLITE_FULL`; `null` where it gave none. */
  readonly databaseCode: string | null;

  constructor(code: StoreProblemCode, message: string, databaseCode: string | null = null) {
    super(message);
    this.code = code;
    this.databaseCode = databaseCode;
  }

  /** True where the same call may succeed later. */
  get later(): boolean {
    return codes[this.code].later;
  }
}
