/** Why the gateway's keys can't be used. */
export type KeyringErrorCode =
  | "key_file_missing"
  | "key_file_unreadable"
  | "key_file_unwritable"
  | "key_file_exposed"
  | "key_file_foreign"
  | "key_file_empty"
  | "key_file_format"
  | "key_length"
  | "key_zeros"
  | "key_twice"
  | "key_unknown"
  | "key_wrong"
  | "key_absent";

/** Keys without which, or with which, the gateway does not start. The sentence says what to do and holds no key. */
export class KeyringError extends Error {
  override readonly name = "KeyringError";
  readonly code: KeyringErrorCode;

  constructor(code: KeyringErrorCode, sentence: string) {
    super(sentence);
    this.code = code;
  }
}
