const sentences = {
  sealed_unreadable: "A stored value can't be opened.",
  key_absent:
    "The gateway lacks a key that what is stored lies under: the operator must put its line into the key file.",
  text_unsealable: "The text holds half a character, which would not come back as it is.",
  seal_limit_reached:
    "The sealing key has sealed as much as it may. Values can still be read. Put a new key on the first line of the key file.",
} as const;

/** Why the vault did not seal or open. */
export type VaultErrorCode = keyof typeof sentences;

/** A value that was not sealed or not opened. Every way of failing to open with a key that is there has the same code and words. */
export class VaultError extends Error {
  override readonly name = "VaultError";
  readonly code: VaultErrorCode;

  constructor(code: VaultErrorCode) {
    super(sentences[code]);
    this.code = code;
  }
}

/** Whether a value could not be opened for want of its key, which may come: nothing is wrong with the value. */
export const isKeyAbsent = (error: unknown): boolean =>
  error instanceof VaultError && error.code === "key_absent";
